package dev.tokensidecar.telemetry;

import dev.tokensidecar.exchange.ExchangeListener;
import dev.tokensidecar.exchange.ExchangeObserver;
import dev.tokensidecar.token.LogValue;
import dev.tokensidecar.token.RefreshFailure;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Logs exchanges that fail. A failure of the server is news when it begins or changes. Those of single users are routine. */
public final class ExchangeLog implements ExchangeListener, ExchangeObserver {

    private static final Logger LOG = Logger.getLogger("dev.tokensidecar.exchange");

    private final String token;
    private @Nullable String lastError;

    /** @param token the configured name of the token */
    public ExchangeLog(String token) {
        this.token = token;
    }

    @Override
    public ExchangeObserver exchangeStarting() {
        return this;
    }

    @Override
    public void succeeded(Duration duration) {
        responded();
    }

    private void responded() {
        if (changesTo(null)) {
            LOG.infof("token exchange works again token=%s", LogValue.of(token));
        }
    }

    @Override
    public void failed(RefreshFailure failure, boolean ofCaller, Duration duration) {
        if (ofCaller) {
            responded();
        }
        Logger.Level level = !ofCaller && changesTo(failure.error()) ? Logger.Level.WARN : Logger.Level.DEBUG;
        LOG.logf(
                level,
                "token exchange failed token=%s error=%s took_ms=%d cure=%s detail=%s",
                LogValue.of(token),
                LogValue.of(failure.error()),
                duration.toMillis(),
                LogValue.of(ofCaller ? "have the user log in again, or give the user the right" : failure.cure()),
                LogValue.of(failure.detail()));
    }

    /** @param error null for none */
    private synchronized boolean changesTo(@Nullable String error) {
        boolean changes = error == null ? lastError != null : !error.equals(lastError);
        lastError = error;
        return changes;
    }
}
