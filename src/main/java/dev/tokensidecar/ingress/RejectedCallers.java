package dev.tokensidecar.ingress;

import dev.tokensidecar.token.LogValue;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/** Logs that a caller of a listener has no secret, at most once a minute. A caller such as nginx shows the response to nobody. */
public final class RejectedCallers {

    private static final Logger LOG = Logger.getLogger(RejectedCallers.class);
    private static final long INTERVAL_MILLIS = 60_000;

    private final AtomicBoolean logged = new AtomicBoolean();

    /**
     * Logs a rejection, unless one was logged within a minute.
     *
     * @param vertx measures the minute
     * @param reason what the caller has to present
     */
    public void log(Vertx vertx, HttpServerRequest request, String reason) {
        if (!logged.getAndSet(true)) {
            var unused = vertx.setTimer(INTERVAL_MILLIS, passed -> logged.set(false));
            LOG.warnf(
                    "a caller is rejected listener=%s cure=%s",
                    LogValue.of(request.localAddress()), LogValue.of(reason));
        }
    }
}
