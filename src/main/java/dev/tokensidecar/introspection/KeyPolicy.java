package dev.tokensidecar.introspection;

import dev.tokensidecar.token.BackOff;
import java.time.Duration;

/**
 * When the keys of an issuer are fetched.
 *
 * @param refresh how long after a fetch the next one follows
 * @param maxAge how long keys are used without a successful fetch
 * @param searchInterval at most one fetch per interval is for keys that are not known
 * @param backOff the pauses after failed fetches
 */
public record KeyPolicy(Duration refresh, Duration maxAge, Duration searchInterval, BackOff backOff) {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** Uses the intervals that nobody has to configure. */
    public static KeyPolicy of(Duration refresh, Duration maxAge) {
        return new KeyPolicy(
                refresh,
                maxAge,
                MINUTE,
                new BackOff(Duration.ofSeconds(1), MINUTE, Duration.ofMinutes(10), Duration.ofMinutes(10)));
    }
}
