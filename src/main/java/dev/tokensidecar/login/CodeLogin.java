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
     * Waits until the person has logged in, and the refresh token is where it belongs.
     *
     * @param parameters further parameters of the authorization request
     * @param timeout how long the person may take
     * @param delivery takes the refresh token
     * @throws RefreshFailure if the server does not accept a request of this client
     * @throws LoginFailure if there is no response in time, none with a code, or no refresh token
     */
    public void run(
            RedirectAddress redirect,
            LoginParameters parameters,
            Duration timeout,
            Consumer<IssuedRefreshToken> delivery)
            throws InterruptedException {
        try (CallbackServer callbacks = CallbackServer.open(redirect, vertx)) {
            AuthorizationRequest request = AuthorizationRequest.random(callbacks.redirectUri(), parameters, random);
            LoginPage page = await(server.prepare(request));
            callbacks.expect(query -> AuthorizationResponse.of(query, request, page));
            browser.accept(page.address());
            finish(callbacks.await(timeout), request, delivery);
        }
    }

    /** The browser learns how it ended: neither a code nor an access token is a session yet. */
    private void finish(
            CallbackServer.Callback callback, AuthorizationRequest request, Consumer<IssuedRefreshToken> delivery) {
        CallbackPage shown = CallbackPage.NOT_LOGGED_IN;
        try {
            delivery.accept(IssuedRefreshToken.of(redeem(callback.response(), request)));
            shown = CallbackPage.LOGGED_IN;
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
