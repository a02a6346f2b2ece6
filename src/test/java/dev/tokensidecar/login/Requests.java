package dev.tokensidecar.login;

import dev.tokensidecar.token.Secret;
import java.net.URI;
import java.util.Map;

/** An authorization request, and the page for it. */
final class Requests {

    static final String ISSUER = "https://login.example.com";
    static final AuthorizationRequest REQUEST = new AuthorizationRequest(
            URI.create("http://127.0.0.1:8400/callback"),
            Secret.of("state-1"),
            new CodeVerifier(Secret.of("verifier-1")),
            new LoginParameters(Map.of()));
    static final LoginPage PAGE = new LoginPage(URI.create(ISSUER + "/authorize?state=state-1"), ISSUER, false);

    private Requests() {}
}
