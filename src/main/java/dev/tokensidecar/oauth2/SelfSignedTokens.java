package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.AuthorizationServer;
import dev.tokensidecar.token.InitialGrant;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.SuccessfulResponse;
import dev.tokensidecar.token.TokenResponse;
import io.smallrye.mutiny.Uni;
import java.util.concurrent.Executor;

/** Access tokens that the client signs itself, for APIs that know its public key. Sends nothing. */
public final class SelfSignedTokens implements AuthorizationServer {

    private final SelfSignedJwt jwt;
    private final Executor blocking;

    /** @param blocking reads the key, away from the event loops */
    public SelfSignedTokens(SelfSignedJwt jwt, Executor blocking) {
        this.jwt = jwt;
        this.blocking = blocking;
    }

    @Override
    public InitialGrant initialGrant() {
        return InitialGrant.UNATTENDED;
    }

    @Override
    public Uni<SuccessfulResponse> requestInitialGrant() {
        return Uni.createFrom()
                .item(this::sign)
                .runSubscriptionOn(blocking)
                .onFailure(failure -> !(failure instanceof RefreshFailure))
                .transform(LocalFailures::unexpected);
    }

    /** Never called: there is no refresh token, because the configuration has no store, and no response brings one. */
    @Override
    public Uni<SuccessfulResponse> refresh(RefreshToken presented) {
        return requestInitialGrant();
    }

    private SuccessfulResponse sign() {
        SelfSignedJwt.Signed signed = jwt.sign();
        return new TokenResponse(signed.value(), "Bearer", jwt.scope(), signed.lifetime(), null, null);
    }
}
