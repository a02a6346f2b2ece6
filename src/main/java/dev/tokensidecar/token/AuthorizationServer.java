package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;

/** Port to the authorization server's token endpoint. */
public interface AuthorizationServer {

    /**
     * Asks for tokens once. Each subscription is one attempt, made of at most one request that presents the refresh
     * token; an implementation may repeat a request only when the server certainly did not act on it.
     *
     * <p>Cancelling the subscription ends the exchange: the connection is dead afterwards, so that no second request
     * with the same refresh token can run beside it.
     *
     * @param refreshToken what to present; null where there is none, to have the initial grant
     * @return the granted tokens, or a failure that is always a {@link RefreshFailure}
     */
    Uni<TokenResponse> request(@Nullable RefreshToken refreshToken);

    /** How tokens are had without a refresh token. */
    default InitialGrant initialGrant() {
        return InitialGrant.NONE;
    }
}
