package dev.tokensidecar.token;

import java.time.Instant;

/**
 * The back-off of a session after a failed refresh, for all processes of the fleet: one outage is one back-off.
 *
 * @param kind what failed
 * @param error the error code of {@link RefreshFailure#error()}
 * @param detail the message of the failure
 * @param until when the next request may be sent, by the clock of the store
 * @param failures how many refreshes have failed in a row
 */
public record SharedPause(Kind kind, String error, String detail, Instant until, int failures) {

    /** What failed, as far as the others have to know. */
    public enum Kind {
        /** The authorization server is down, slow or sends garbage. */
        UNAVAILABLE,
        /** The authorization server asked for fewer requests. */
        THROTTLED,
        /** The authorization server rejected every refresh token. */
        INVALID_GRANT
    }
}
