package dev.tokensidecar.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.exchange.ExchangeListener;
import dev.tokensidecar.exchange.ExchangePolicy;
import dev.tokensidecar.exchange.ExchangeRequest;
import dev.tokensidecar.exchange.ExchangeServer;
import dev.tokensidecar.exchange.ExchangedTokens;
import dev.tokensidecar.forward.ForwardListener.Outcome;
import dev.tokensidecar.testing.core.Policies;
import dev.tokensidecar.testing.time.VirtualTime;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.TokenResponse;
import dev.tokensidecar.token.TokenRuntime;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A route whose requests bring the tokens of users. */
@Timeout(60)
class UserTokensTest {

    private final List<String> exchanged = Collections.synchronizedList(new ArrayList<>());
    private final VirtualTime time = new VirtualTime();

    private ForwardScene scene(Function<ExchangeRequest, Uni<ExchangeServer.Exchanged>> server) throws Exception {
        ExchangedTokens tokens = new ExchangedTokens(
                request -> {
                    exchanged.add(request.subject().reveal());
                    return server.apply(request);
                },
                new ExchangePolicy(16, 10_000, 1 << 20, Duration.ofSeconds(5), Policies.DEFAULT),
                new TokenRuntime(time, new Random(1), time, Runnable::run),
                new ExchangeListener() {});
        ForwardScene scene = ForwardScene.builder()
                .tokens(new UserTokens(
                        tokens,
                        "urn:ietf:params:oauth:token-type:access_token",
                        new ExchangeRequest.RequestedToken(List.of("orders"), List.of(), null, null),
                        Duration.ofSeconds(5)))
                .open();
        scene.api.acceptAllBut();
        return scene;
    }

    private ForwardScene scene() throws Exception {
        return scene(this::grant);
    }

    private Uni<ExchangeServer.Exchanged> grant(ExchangeRequest request) {
        String token = "for-" + request.subject().reveal() + "-" + exchanged.size();
        return Uni.createFrom()
                .item(new ExchangeServer.Exchanged(
                        new TokenResponse(Secret.of(token), "Bearer", null, Duration.ofMinutes(5), null, null), null));
    }

    private static HttpRequest.Builder by(ForwardScene scene, String authorization) {
        return scene.request("/api/items").header("Authorization", authorization);
    }

    @Test
    void theApiGetsATokenForTheUserOfEachRequest() throws Exception {
        try (ForwardScene scene = scene()) {
            assertThat(scene.fetch(by(scene, "Bearer anna")).statusCode()).isEqualTo(200);
            assertThat(scene.fetch(by(scene, "bearer  ben")).statusCode()).isEqualTo(200);
            assertThat(scene.fetch(by(scene, "Bearer anna")).statusCode()).isEqualTo(200);

            assertThat(authorizations(scene))
                    .containsExactly("Bearer for-anna-1", "Bearer for-ben-2", "Bearer for-anna-1");
            assertThat(exchanged).containsExactly("anna", "ben");
        }
    }

    private static List<String> authorizations(ForwardScene scene) {
        return scene.api.requests().stream()
                .map(request -> String.valueOf(request.headers().get("Authorization")))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Basic YW5uYTpzZWNyZXQ=", "Bearer", "Bearer a b", "Bearer anna, Bearer ben", "anna"})
    void aRequestWithoutTheTokenOfAUserIsToldToBringOne(String authorization) throws Exception {
        try (ForwardScene scene = scene()) {
            HttpResponse<String> response =
                    scene.fetch(authorization.isEmpty() ? scene.request("/api/items") : by(scene, authorization));

            assertProblem(response, 401, "user_token_required");
            assertThat(response.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
            assertThat(scene.api.requests()).isEmpty();
            assertThat(scene.outcome()).isEqualTo(Outcome.NO_TOKEN);
        }
    }

    @Test
    void aRequestWithTwoUsersIsForNeither() throws Exception {
        try (ForwardScene scene = scene()) {
            assertProblem(
                    scene.fetch(by(scene, "Bearer anna").header("Authorization", "Bearer ben")),
                    401,
                    "user_token_required");
            assertThat(exchanged).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "invalid_grant, 401, user_token_rejected",
        "invalid_request, 401, user_token_rejected",
        "invalid_token, 401, user_token_rejected",
        "login_required, 401, user_token_rejected",
        "access_denied, 403, user_not_authorized",
        "consent_required, 403, user_not_authorized",
        "invalid_target, 403, user_not_authorized",
    })
    void aRejectedUserIsToldWhy(String error, int status, String problem) throws Exception {
        RefreshFailure failure = error.equals("invalid_grant")
                ? new RefreshFailure.InvalidGrant(error, "the server says no")
                : new RefreshFailure.Misconfigured(error, "the server says no");
        try (ForwardScene scene = scene(request -> Uni.createFrom().failure(failure))) {
            HttpResponse<String> response = scene.fetch(by(scene, "Bearer anna"));

            assertProblem(response, status, problem);
            assertThat(response.headers().firstValue("WWW-Authenticate").orElse("none"))
                    .isEqualTo(status == 401 ? "Bearer error=\"invalid_token\"" : "none");
            assertThat(scene.api.requests()).isEmpty();
        }
    }

    @Test
    void aServerThatIsDownIsNoReasonToLogInAgain() throws Exception {
        try (ForwardScene scene = scene(
                request -> Uni.createFrom().failure(RefreshFailure.Unavailable.unprocessed("http_503", "down")))) {
            HttpResponse<String> response = scene.fetch(by(scene, "Bearer anna"));

            assertProblem(response, 503, "temporarily_unavailable");
            assertThat(response.headers().firstValue("Retry-After")).isPresent();
        }
    }

    private static void assertProblem(HttpResponse<String> response, int status, String error) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(new JsonObject(response.body()).getString("error")).isEqualTo(error);
    }

    @Test
    void aRejectedTokenIsExchangedAgainForThatUserAndTheRequestRepeatedOnce() throws Exception {
        try (ForwardScene scene = scene()) {
            assertThat(scene.fetch(by(scene, "Bearer ben")).statusCode()).isEqualTo(200);
            scene.api.acceptAllBut("for-anna-2");

            HttpResponse<String> response =
                    scene.fetch(by(scene, "Bearer anna").POST(BodyPublishers.ofString("an order")));
            assertThat(scene.fetch(by(scene, "Bearer ben")).statusCode()).isEqualTo(200);

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("an order");
            assertThat(exchanged).containsExactly("ben", "anna", "anna");
            assertThat(authorizations(scene))
                    .containsExactly("Bearer for-ben-1", "Bearer for-anna-2", "Bearer for-anna-3", "Bearer for-ben-1");
        }
    }

    /** The second 401 goes to the caller, and the next request does not exchange again. */
    @Test
    void aTokenThatIsRejectedAgainCostsNoThirdExchange() throws Exception {
        try (ForwardScene scene = scene()) {
            scene.api.acceptAllBut("for-anna-1", "for-anna-2");

            assertThat(scene.fetch(by(scene, "Bearer anna")).statusCode()).isEqualTo(401);
            assertThat(scene.fetch(by(scene, "Bearer anna")).statusCode()).isEqualTo(401);

            assertThat(exchanged).containsExactly("anna", "anna");
        }
    }

    @Test
    void manyRequestsOfOneUserShareOneExchangeAndNobodyGetsTheTokenOfAnother() throws Exception {
        try (ForwardScene scene = scene()) {
            List<CompletableFuture<HttpResponse<byte[]>>> responses = IntStream.range(0, 400)
                    .mapToObj(call ->
                            scene.send(by(scene, "Bearer user-" + call % 20).header("X-User", "user-" + call % 20)))
                    .toList();
            responses.forEach(
                    response -> assertThat(response.join().statusCode()).isEqualTo(200));

            assertThat(exchanged).hasSize(20).doesNotHaveDuplicates();
            assertThat(scene.api.requests())
                    .hasSize(400)
                    .allSatisfy(request -> assertThat(request.headers().get("Authorization"))
                            .startsWith("Bearer for-" + request.headers().get("X-User") + "-"));
        }
    }
}
