package dev.tokensidecar.token;

import java.time.Duration;
import java.time.Instant;

/**
 * How the last refresh ended.
 *
 * @param at when it started
 * @param reason why
 * @param outcome {@code success}, {@code adopted}, or the error code of the failure
 * @param duration how long it took, pauses and saving included
 */
public record LastRefresh(Instant at, RefreshReason reason, String outcome, Duration duration) {

    /** The outcome of a refresh that obtained a token. */
    public static final String SUCCESS = "success";

    /** The outcome of a refresh that found the token of another process. */
    public static final String ADOPTED = "adopted";

    /** When it ended. */
    public Instant endedAt() {
        return at.plus(duration);
    }
}
