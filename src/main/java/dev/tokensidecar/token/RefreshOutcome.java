package dev.tokensidecar.token;

import java.util.Set;

/** How a refresh ended. */
sealed interface RefreshOutcome {

    /** It obtained an access token; the refresh token that came with it is saved. */
    record Granted(AccessToken token) implements RefreshOutcome {}

    /**
     * It failed.
     *
     * @param invalid the refresh tokens that the authorization server rejected
     */
    record Failed(RefreshFailure failure, Set<TokenHash> invalid) implements RefreshOutcome {

        public Failed {
            invalid = Set.copyOf(invalid);
        }
    }
}
