package dev.tokensidecar.telemetry;

import dev.tokensidecar.exchange.CallerFailures;
import dev.tokensidecar.exchange.ExchangeListener;
import dev.tokensidecar.exchange.ExchangeObserver;
import dev.tokensidecar.token.LogValue;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Logs exchanges that fail. A failure of the server is news when it begins or changes. Tokens of users are rejected all the
 * time, so each error code has at most one line a minute.
 */
public final class ExchangeLog implements ExchangeListener, ExchangeObserver {

    private static final Logger LOG = Logger.getLogger("dev.tokensidecar.exchange");

    private final String token;
    private final TimeSource time;
    private final Map<String, MinuteTally> rejections = new ConcurrentHashMap<>();
    private @Nullable String lastError;

    /** @param token the configured name of the token */
    public ExchangeLog(String token, TimeSource time) {
        this.token = token;
        this.time = time;
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
    public void failed(RefreshFailure failure, Duration duration) {
        if (CallerFailures.concernsRequest(failure)) {
            responded();
            rejected(failure);
        } else {
            LOG.logf(
                    changesTo(failure.error()) ? Logger.Level.WARN : Logger.Level.DEBUG,
                    "token exchange failed token=%s error=%s took_ms=%d cure=%s detail=%s",
                    LogValue.of(token),
                    LogValue.of(failure.error()),
                    duration.toMillis(),
                    LogValue.of(failure.cure()),
                    LogValue.of(failure.detail()));
        }
    }

    private void rejected(RefreshFailure failure) {
        // the codes are a small constant set: CallerFailures knows them all
        if (rejections
                        .computeIfAbsent(failure.error(), code -> new MinuteTally())
                        .count(time.now())
                > 0) {
            LOG.infof(
                    "token of a user rejected token=%s error=%s cure=%s detail=%s",
                    LogValue.of(token),
                    LogValue.of(failure.error()),
                    LogValue.of(
                            "none for a single user; if it concerns all users, correct the configuration of this token"),
                    LogValue.of(failure.detail()));
        }
    }

    /** @param error null for none */
    private synchronized boolean changesTo(@Nullable String error) {
        boolean changes = error == null ? lastError != null : !error.equals(lastError);
        lastError = error;
        return changes;
    }
}
