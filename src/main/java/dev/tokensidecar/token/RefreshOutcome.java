package dev.tokensidecar.token;

import java.util.Set;

/** What came of a flight. */
sealed interface RefreshOutcome {

    /** There is a new access token, and its refresh token is kept. */
    record Granted(AccessToken token) implements RefreshOutcome {}

    /**
     * There is none.
     *
     * @param refused the refresh tokens that the authorization server called dead in this flight
     */
    record Failed(RefreshFailure failure, Set<TokenHash> refused) implements RefreshOutcome {
        public Failed {
            refused = Set.copyOf(refused);
        }
    }
}
