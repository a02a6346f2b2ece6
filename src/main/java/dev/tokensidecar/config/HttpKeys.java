package dev.tokensidecar.config;

import static dev.tokensidecar.config.Key.key;
import static dev.tokensidecar.config.ValueType.DURATION;
import static dev.tokensidecar.config.ValueType.wholeNumber;

import dev.tokensidecar.config.TokenSettings.Http;
import java.time.Duration;

/** Declares and reads the group {@code http}. */
final class HttpKeys {

    /**
     * How long a caller waits for a token, unless it sends {@code Prefer: wait=N}. Then it gets
     * {@code deadline_exceeded}, and the refresh continues.
     *
     * <p>Source: RFC 7240 section 4.3
     *
     * <p>Change it to less than the timeout of the application's HTTP client.
     */
    static final DefaultedKey<Duration> MAX_WAIT = key(
                    "http.max-wait", DURATION.lessThan(AuthorizationServerKeys.TIMEOUT))
            .defaultsTo("5s");

    /**
     * How many callers may wait at the same time. One more gets {@code too_many_waiters}, unless its user (the Linux
     * user id of its process) holds fewer places than another user. Then a caller of that other user gets
     * {@code too_many_waiters}.
     *
     * <p>Source: own choice: limits the memory
     *
     * <p>Change it rarely. Containers that must not displace each other have to run as different users.
     */
    static final DefaultedKey<Integer> MAX_WAITERS =
            key("http.max-waiters", wholeNumber(1)).defaultsTo("10000");

    private HttpKeys() {}

    static Http read(KeyReader keys) {
        return new Http(keys.read(MAX_WAIT), keys.read(MAX_WAITERS));
    }
}
