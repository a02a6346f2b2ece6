package dev.tokensidecar.login;

import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.SuccessfulResponse;
import io.smallrye.mutiny.Uni;

/**
 * Port to an authorization server at which a person logs in (RFC 6749 section 4.1). Every failure is a
 * {@link dev.tokensidecar.token.RefreshFailure}.
 */
public interface LoginServer {

    /** Prepares the page of the server for one request: finds it, and pushes the request where the server offers that. */
    Uni<LoginPage> prepare(AuthorizationRequest request);

    /**
     * Redeems an authorization code (RFC 6749 section 4.1.3).
     *
     * @param request the request that it is the response to
     */
    Uni<SuccessfulResponse> redeem(Secret code, AuthorizationRequest request);
}
