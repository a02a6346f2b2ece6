package dev.tokensidecar.token;

import java.time.Duration;
import java.util.Set;

/** How a refresh ended. */
sealed interface RefreshOutcome {

    /** It obtained an access token; the refresh token that came with it is saved. */
    record Granted(AccessToken token) implements RefreshOutcome {}

    /** Another process of the fleet had obtained an access token; no request was sent. */
    record Adopted(AccessToken token) implements RefreshOutcome {}

    /**
     * It failed.
     *
     * @param invalid the refresh tokens that the authorization server rejected
     * @param pause the next refresh starts no earlier than this
     */
    record Failed(RefreshFailure failure, Set<TokenHash> invalid, Duration pause) implements RefreshOutcome {

        public Failed {
            invalid = Set.copyOf(invalid);
        }
    }
}
