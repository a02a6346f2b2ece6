package dev.tokensidecar.token;

import java.time.Duration;
import java.time.Instant;

/**
 * The back-off of a session after a failed refresh, for all processes of the fleet: one outage is one back-off.
 *
 * @param kind what failed
 * @param error the error code of {@link RefreshFailure#error()}
 * @param detail the message of the failure
 * @param since when the refresh failed, by the clock of the store
 * @param pause how long nobody sends a request from then on
 * @param failures how many refreshes have failed in a row
 */
public record SharedPause(Kind kind, String error, String detail, Instant since, Duration pause, int failures) {

    /** What failed, as far as the others have to know. */
    public enum Kind {
        /** The authorization server is down, slow or sends garbage. */
        UNAVAILABLE,
        /** The authorization server asked for fewer requests. */
        THROTTLED,
        /** The authorization server rejected every refresh token. */
        INVALID_GRANT
    }

    /** Returns the failure for the callers of the other processes. */
    RefreshFailure failure() {
        return switch (kind) {
            case UNAVAILABLE -> new RefreshFailure.Unavailable(error, detail, false, false, null);
            case THROTTLED -> new RefreshFailure.Unavailable(error, detail, false, true, null);
            case INVALID_GRANT -> new RefreshFailure.InvalidGrant(error, detail);
        };
    }
}
