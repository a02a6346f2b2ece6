package dev.tokensidecar.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tokensidecar.token.RefreshFailure.InvalidGrant;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.SuccessfulResponse;
import dev.tokensidecar.token.TokenResponse;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A login with a browser: the order of its steps, and what the person sees. */
@Timeout(60)
class CodeLoginTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final TokenResponse TOKENS =
            new TokenResponse(Secret.of("at"), "Bearer", null, null, Secret.of("rt"), null);

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient browser = HttpClient.newHttpClient();
    private final CompletableFuture<HttpResponse<String>> page = new CompletableFuture<>();
    private final List<Secret> delivered = new ArrayList<>();
    private final FakeServer server = new FakeServer();

    @AfterEach
    void close() {
        browser.close();
        vertx.closeAndAwait();
    }

    /** A server that redirects the browser with a response as soon as it opens the page. */
    private static final class FakeServer implements LoginServer {

        private String response = "code=c-1";
        private Uni<SuccessfulResponse> tokens = Uni.createFrom().item(TOKENS);
        private String redeemed = "";

        @Override
        public Uni<LoginPage> prepare(AuthorizationRequest request) {
            URI back = URI.create(
                    request.redirectUri() + "?state=" + request.state().reveal() + "&" + response);
            return Uni.createFrom().item(new LoginPage(back, null, false));
        }

        @Override
        public Uni<SuccessfulResponse> redeem(Secret code, AuthorizationRequest request) {
            redeemed = code.reveal();
            return tokens;
        }
    }

    private void logIn() throws InterruptedException {
        logIn(issued -> delivered.add(issued.value()));
    }

    private void logIn(Consumer<IssuedRefreshToken> delivery) throws InterruptedException {
        CodeLogin login = new CodeLogin(server, vertx, new SecureRandom(), this::open);
        login.run(RedirectAddress.DEFAULT, new LoginParameters(Map.of()), PATIENCE, delivery);
    }

    private void open(URI address) {
        var unused = browser.sendAsync(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
                .whenComplete((shown, failure) -> page.complete(shown));
    }

    @Test
    void theCodeIsRedeemedBeforeTheBrowserShowsSuccess() throws Exception {
        server.tokens = Uni.createFrom().item(() -> {
            assertThat(page).isNotDone();
            return TOKENS;
        });

        logIn(issued -> {
            assertThat(page).isNotDone();
            delivered.add(issued.value());
        });

        assertThat(delivered).containsExactly(Secret.of("rt"));
        assertThat(server.redeemed).isEqualTo("c-1");
        assertThat(page.get().body()).contains("You are logged in");
    }

    @Test
    void withoutARefreshTokenTheBrowserShowsNoSuccess() throws Exception {
        server.tokens = Uni.createFrom().item(new TokenResponse(Secret.of("at"), "Bearer", null, null, null, null));

        assertThatThrownBy(this::logIn).isInstanceOf(LoginFailure.class).hasMessageContaining("no refresh token");
        assertThat(page.get().body()).contains("The login has failed");
    }

    @Test
    void aRefreshTokenThatCannotBeDeliveredIsNoSuccessEither() throws Exception {
        assertThatThrownBy(() -> logIn(issued -> {
                    throw new LoginFailure("the output cannot be written");
                }))
                .isInstanceOf(LoginFailure.class);
        assertThat(page.get().body()).contains("The login has failed");
    }

    @Test
    void aRefusalEndsTheLogin() throws Exception {
        server.response = "error=access_denied";

        assertThatThrownBy(this::logIn)
                .isInstanceOf(LoginFailure.class)
                .hasMessageStartingWith("the authorization server granted no access (access_denied): ");
        assertThat(server.redeemed).isEmpty();
        assertThat(page.get().body()).contains("The login has failed");
    }

    @Test
    void aCodeThatIsNotAcceptedIsNoSuccessInTheBrowserEither() throws Exception {
        server.tokens = Uni.createFrom().failure(new InvalidGrant("invalid_grant", "no"));

        assertThatThrownBy(this::logIn).isInstanceOf(InvalidGrant.class);
        assertThat(page.get().body()).contains("The login has failed");
    }
}
