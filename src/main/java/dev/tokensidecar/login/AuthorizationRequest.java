package dev.tokensidecar.login;

import dev.tokensidecar.token.Secret;
import java.net.URI;
import java.util.random.RandomGenerator;

/**
 * The parts of an authorization request that this process chooses (RFC 6749 section 4.1.1). The client and what it requests
 * are configured.
 *
 * @param redirectUri where the browser brings the response
 * @param state recognizes the response
 * @param verifier redeems the code
 * @param parameters further parameters
 */
public record AuthorizationRequest(URI redirectUri, Secret state, CodeVerifier verifier, LoginParameters parameters) {

    /** Makes a request with a new {@code state} and a new verifier. */
    static AuthorizationRequest random(URI redirectUri, LoginParameters parameters, RandomGenerator random) {
        return new AuthorizationRequest(
                redirectUri, Secret.of(CodeVerifier.randomText(random)), CodeVerifier.random(random), parameters);
    }
}
