package dev.tokensidecar.login;

import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.SuccessfulResponse;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** A login with a browser on this host: the authorization code grant with PKCE (RFC 6749 section 4.1, RFC 7636, RFC 8252). */
public final class CodeLogin {

    private final LoginServer server;
    private final Vertx vertx;
    private final RandomGenerator random;
    private final Consumer<URI> browser;

    /** @param browser shows an address to the person who logs in */
    public CodeLogin(LoginServer server, Vertx vertx, RandomGenerator random, Consumer<URI> browser) {
        this.server = server;
        this.vertx = vertx;
        this.random = random;
        this.browser = browser;
    }

    /**
     * Waits until the person has logged in.
     *
     * @param parameters further parameters of the authorization request
     * @param timeout how long the person may take
     * @throws RefreshFailure if the server does not accept a request of this client
     * @throws LoginFailure if there is no response in time, or none with a code
     */
    public SuccessfulResponse run(RedirectAddress redirect, LoginParameters parameters, Duration timeout)
            throws InterruptedException {
        try (CallbackServer callbacks = CallbackServer.open(redirect, vertx)) {
            AuthorizationRequest request = AuthorizationRequest.random(callbacks.redirectUri(), parameters, random);
            LoginPage page = await(server.prepare(request));
            callbacks.expect(query -> AuthorizationResponse.of(query, request, page));
            browser.accept(page.address());
            return finish(callbacks.await(timeout), request);
        }
    }

    /** The browser learns how it ended: a code alone is not a session yet. */
    private SuccessfulResponse finish(CallbackServer.Callback callback, AuthorizationRequest request) {
        CallbackPage shown = CallbackPage.NOT_LOGGED_IN;
        try {
            SuccessfulResponse response = redeem(callback.response(), request);
            shown = CallbackPage.LOGGED_IN;
            return response;
        } finally {
            callback.show(shown);
        }
    }

    private SuccessfulResponse redeem(AuthorizationResponse response, AuthorizationRequest request) {
        return switch (response) {
            case AuthorizationResponse.CodeIssued granted -> await(server.redeem(granted.code(), request));
            case AuthorizationResponse.Refused refused -> throw new LoginFailure(refused.reason());
            case AuthorizationResponse.Unrelated unrelated ->
                throw new IllegalStateException("the server waits for another response");
        };
    }

    /** Every exchange with the server has a time limit of its own. */
    private static <T> T await(Uni<T> answer) {
        return answer.await().indefinitely();
    }
}
