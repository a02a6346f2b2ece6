package dev.tokensidecar.telemetry;

import dev.tokensidecar.exchange.ExchangeListener;
import dev.tokensidecar.exchange.ExchangeObserver;
import dev.tokensidecar.token.LogValue;
import dev.tokensidecar.token.Moment;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Logs exchanges that fail. A failure of the server is news when it begins or changes. Tokens of users are rejected all the
 * time, so each error code has at most one line a minute.
 */
public final class ExchangeLog implements ExchangeListener, ExchangeObserver {

    private static final Logger LOG = Logger.getLogger("dev.tokensidecar.exchange");
    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private final String token;
    private final TimeSource time;
    private final Map<String, Moment> rejections = new HashMap<>();
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
    public void failed(RefreshFailure failure, boolean ofCaller, Duration duration) {
        if (ofCaller) {
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
        if (isFirstOfTheMinute(failure.error())) {
            LOG.infof(
                    "token of a user rejected token=%s error=%s cure=%s detail=%s",
                    LogValue.of(token),
                    LogValue.of(failure.error()),
                    LogValue.of(
                            "none for a single user; if it concerns all users, correct the configuration of this token"),
                    LogValue.of(failure.detail()));
        }
    }

    /** The codes are a small constant set: {@link dev.tokensidecar.exchange.CallerFailures} knows them all. */
    private synchronized boolean isFirstOfTheMinute(String error) {
        Moment now = time.now();
        Moment last = rejections.get(error);
        if (last != null && now.since(last).compareTo(INTERVAL) < 0) {
            return false;
        }
        rejections.put(error, now);
        return true;
    }

    /** @param error null for none */
    private synchronized boolean changesTo(@Nullable String error) {
        boolean changes = error == null ? lastError != null : !error.equals(lastError);
        lastError = error;
        return changes;
    }
}
