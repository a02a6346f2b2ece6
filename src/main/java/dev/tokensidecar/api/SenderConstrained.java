package dev.tokensidecar.api;

import dev.tokensidecar.token.AccessToken;

/** The token is bound to a key of the sidecar (RFC 9449), so no caller could use it. */
final class SenderConstrained extends RuntimeException {

    private SenderConstrained() {
        super("the token works with proofs of the sidecar only", null, false, false);
    }

    /**
     * Checks that a caller can use the token.
     *
     * @throws SenderConstrained if it cannot
     */
    static void requireBearer(AccessToken token) {
        if (token.proofKey() != null) {
            throw new SenderConstrained();
        }
    }
}
