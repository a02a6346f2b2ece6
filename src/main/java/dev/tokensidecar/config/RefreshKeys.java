package dev.tokensidecar.config;

import static dev.tokensidecar.config.Key.key;
import static dev.tokensidecar.config.ValueType.DURATION;
import static dev.tokensidecar.config.ValueType.POSITIVE_DURATION;
import static dev.tokensidecar.config.ValueType.fractionUpTo;

import dev.tokensidecar.token.BackOff;
import dev.tokensidecar.token.RefreshPolicy;
import java.time.Duration;

/** Declares and reads the group {@code refresh}. */
final class RefreshKeys {

    /**
     * The lifetime of an access token if the response has none, or an {@code expires_in} of zero or less.
     *
     * <p>Source: RFC 6749 section 5.1 leaves it to the documentation of the server
     *
     * <p>Change it to what the documentation of the server says.
     */
    static final DefaultedKey<Duration> DEFAULT_LIFE =
            key("refresh.default-life", POSITIVE_DURATION).defaultsTo("5m");

    /**
     * How long before expiry the sidecar refreshes an access token; at most a third of its lifetime. Callers get the
     * old token meanwhile. A server that sends {@code refresh_in}, like Entra, can make the sidecar refresh earlier,
     * but not before half of the lifetime has passed. If the expiry of the refresh token is known, the sidecar also
     * uses the refresh token this long before it expires.
     *
     * <p>Source: own choice: room for two or three attempts before anybody has to wait
     *
     * <p>Change it when the server is often unavailable for longer, to have more time for attempts.
     */
    static final DefaultedKey<Duration> AHEAD =
            key("refresh.ahead", POSITIVE_DURATION.lessThan(DEFAULT_LIFE)).defaultsTo("60s");

    /**
     * The part of the lifetime by which a refresh may start earlier, drawn once per token, so that many pods do not
     * refresh at the same moment. The sidecar refreshes no token before half of its lifetime has passed.
     *
     * <p>Source: own choice
     *
     * <p>Change it when very many pods start at the same time, or to {@code 0} for measurements.
     */
    static final DefaultedKey<Double> JITTER =
            key("refresh.jitter", fractionUpTo(0.5)).defaultsTo("0.1");

    /**
     * The sidecar never serves a token with less time left than this. For short-lived tokens the value is smaller: at
     * most half of the effective {@code ahead}, and a quarter of the lifetime.
     *
     * <p>Source: own choice: a token must still be valid when it reaches the API, whose clock may differ
     *
     * <p>Change it when calls to the API take long before the token is checked there.
     */
    static final DefaultedKey<Duration> MIN_REMAINING =
            key("refresh.min-remaining", DURATION.lessThan(AHEAD)).defaultsTo("10s");

    /**
     * The minimum time between a successful refresh and the next one that no caller forced, so that very short
     * lifetimes never cause a loop.
     *
     * <p>Source: own choice: protects the authorization server
     *
     * <p>Change it when the authorization server has a strict rate limit.
     */
    static final DefaultedKey<Duration> MIN_INTERVAL =
            key("refresh.min-interval", DURATION).defaultsTo("5s");

    /**
     * The minimum time between two refreshes that callers force. Within it, a report of a token that is rejected again
     * gets {@code rejected_again}, and a request with {@code min_ttl} gets the current token. A report is limited only
     * by earlier reports, {@code min_ttl} by both, so {@code min_ttl} can never turn a report into
     * {@code rejected_again}.
     *
     * <p>Source: own choice: if an API rejects a token right after it was issued, age is not the problem
     *
     * <p>Change it when tokens are often revoked for good reason.
     */
    static final DefaultedKey<Duration> REJECTED_INTERVAL =
            key("refresh.rejected-interval", DURATION).defaultsTo("1m");

    /**
     * How often the sidecar tries a rejected refresh token again; {@code 0s} for never. Some servers reject refresh
     * tokens by mistake during a failover.
     *
     * <p>Source: own choice
     *
     * <p>Change it to {@code 0s} when the server locks out clients that retry.
     */
    static final DefaultedKey<Duration> PROBE_INTERVAL =
            key("refresh.probe-interval", DURATION).defaultsTo("5m");

    /**
     * The longest pause after many failures in a row, and the pause after a response that only a person can cure
     * ({@code invalid_client} for instance).
     *
     * <p>Source: exponential back-off with full jitter
     *
     * <p>Change it to reduce load on a server that is down for long, at the price of a later recovery.
     */
    static final DefaultedKey<Duration> BACK_OFF_MAX =
            key("refresh.back-off-max", POSITIVE_DURATION).defaultsTo("30s");

    /**
     * The longest pause after the first failure. Each further failure doubles it. The sidecar draws the actual pause
     * between zero and this value.
     *
     * <p>Source: exponential back-off with full jitter
     *
     * <p>Change it rarely.
     */
    static final DefaultedKey<Duration> BACK_OFF_INITIAL = key(
                    "refresh.back-off-initial", POSITIVE_DURATION.atMost(BACK_OFF_MAX))
            .defaultsTo("500ms");

    /**
     * The longest pause that a server may demand with {@code Retry-After}.
     *
     * <p>Source: RFC 9110 section 10.2.3; the cap is our own
     *
     * <p>Change it when a server in front of the authorization server demands too long a pause.
     */
    static final DefaultedKey<Duration> RETRY_AFTER_MAX =
            key("refresh.retry-after-max", DURATION).defaultsTo("5m");

    /**
     * The same after 429 or {@code slow_down}, where the sidecar accepts a longer pause.
     *
     * <p>Source: RFC 6585 section 4; the cap is our own
     *
     * <p>Change it when the rate limit of the server counts in longer periods.
     */
    static final DefaultedKey<Duration> THROTTLED_MAX =
            key("refresh.throttled-max", DURATION).defaultsTo("1h");

    private RefreshKeys() {}

    /** @param timeout the time limit for a whole refresh, a key of the group {@code authorization-server} */
    static RefreshPolicy read(KeyReader keys, Duration timeout) {
        return new RefreshPolicy(
                keys.read(AHEAD),
                keys.read(JITTER),
                keys.read(MIN_REMAINING),
                keys.read(MIN_INTERVAL),
                keys.read(REJECTED_INTERVAL),
                keys.read(DEFAULT_LIFE),
                keys.read(PROBE_INTERVAL),
                timeout,
                new BackOff(
                        keys.read(BACK_OFF_INITIAL),
                        keys.read(BACK_OFF_MAX),
                        keys.read(RETRY_AFTER_MAX),
                        keys.read(THROTTLED_MAX)));
    }
}
