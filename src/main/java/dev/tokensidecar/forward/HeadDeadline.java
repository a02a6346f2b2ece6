package dev.tokensidecar.forward;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.IdentityHashMap;

/**
 * Closes connections on which no request comes, be it that nothing comes or that its head comes byte by byte. Used on one
 * event loop.
 */
public final class HeadDeadline {

    private final Vertx vertx;
    private final long millis;
    private final IdentityHashMap<HttpConnection, Long> timers = new IdentityHashMap<>();

    /** @param most how long a connection may be without a request */
    public HeadDeadline(Vertx vertx, Duration most) {
        this.vertx = vertx;
        this.millis = most.toMillis();
    }

    /** A connection was opened. */
    public void opened(HttpConnection connection) {
        var unused = connection.closeHandler(closed -> stop(connection));
        start(connection);
    }

    /** A request has come. */
    public void requested(RoutingContext context) {
        HttpConnection connection = context.request().connection();
        stop(connection);
        var unused = context.addEndHandler(ended -> {
            if (ended.succeeded()) {
                start(connection);
            }
        });
    }

    private void start(HttpConnection connection) {
        timers.put(connection, vertx.setTimer(millis, late -> {
            var unused = connection.close();
        }));
    }

    private void stop(HttpConnection connection) {
        Long timer = timers.remove(connection);
        if (timer != null) {
            vertx.cancelTimer(timer);
        }
    }
}
