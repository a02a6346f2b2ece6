package dev.tokensidecar.token;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one caller asks for.
 *
 * @param minTtl minimum remaining lifetime; zero for any usable token
 * @param rejected the token that an API rejected with 401; null if the caller reports none
 * @param maxWait how long this caller waits; zero for not at all
 */
public record TokenRequest(Duration minTtl, @Nullable TokenHash rejected, Duration maxWait) {

    /** Asks for any usable token. */
    public static TokenRequest any(Duration maxWait) {
        return new TokenRequest(Duration.ZERO, null, maxWait);
    }

    public static TokenRequest afterRejection(TokenHash rejected, Duration maxWait) {
        return new TokenRequest(Duration.ZERO, rejected, maxWait);
    }
}
