package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;

/**
 * Port to the authorization server's token endpoint.
 *
 * <p>Each subscription is one attempt, which presents a credential in at most one request. An implementation repeats a
 * request only if the server certainly did not process it. Cancelling a subscription closes the connection, so that no
 * second request with the same refresh token can run beside it. Every failure is a {@link RefreshFailure}.
 */
public interface AuthorizationServer {

    /** Presents a refresh token (RFC 6749 section 6). */
    Uni<SuccessfulResponse> refresh(RefreshToken presented);

    /**
     * Returns the key of a token that another process has obtained; null if this process cannot prove its possession. Does not
     * block.
     */
    default @Nullable ProofKey restore(BoundKey stored) {
        return null;
    }

    /** Says what {@link #requestInitialGrant} does. */
    default InitialGrant initialGrant() {
        return InitialGrant.NONE;
    }

    /**
     * Requests tokens without a refresh token.
     *
     * @throws IllegalStateException if there is no {@linkplain #initialGrant initial grant}
     */
    default Uni<SuccessfulResponse> requestInitialGrant() {
        throw new IllegalStateException("there is no initial grant");
    }
}
