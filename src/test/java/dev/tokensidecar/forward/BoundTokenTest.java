package dev.tokensidecar.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.forward.ForwardListener.Outcome;
import dev.tokensidecar.testing.core.FakeProofKey;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A route whose tokens are bound to a key: each request has a proof (RFC 9449 section 7). */
@Timeout(60)
class BoundTokenTest {

    private static ForwardScene scene() throws Exception {
        ForwardScene scene =
                ForwardScene.builder().bound(FakeProofKey.named("key")).open();
        scene.api.handle(request -> answer(scene, request, 200, null));
        return scene;
    }

    /** @param challenge null for none */
    private static void answer(ForwardScene scene, HttpServerRequest request, int status, @Nullable String challenge) {
        request.body().onSuccess(body -> {
            scene.api.record(request, body);
            if (challenge != null) {
                request.response().putHeader("WWW-Authenticate", challenge);
            }
            var unused = request.response().setStatusCode(status).end(body);
        });
    }

    /** Wants this nonce in each request. */
    private static void demand(ForwardScene scene, String nonce) {
        scene.api.handle(request -> {
            request.response().putHeader("DPoP-Nonce", nonce);
            boolean right = String.valueOf(request.getHeader("DPoP")).contains(" " + nonce + " ");
            answer(scene, request, right ? 200 : 401, right ? null : "DPoP error=\"use_dpop_nonce\"");
        });
    }

    private static List<String> proofs(ForwardScene scene) {
        return scene.api.requests().stream()
                .map(request -> request.headers().get("DPoP"))
                .toList();
    }

    private static String address(ForwardScene scene, String path) {
        return "http://127.0.0.1:" + scene.api.port() + "/base" + path;
    }

    @Test
    void aRequestHasTheTokenAndAProofForThisRequest() throws Exception {
        try (ForwardScene scene = scene()) {
            HttpResponse<String> response = scene.fetch(
                    scene.request("/api/x?y=z").header("DPoP", "own").PUT(BodyPublishers.ofString("a body")));

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(scene.api.requests()).hasSize(1);
            assertThat(scene.api.requests().getFirst().token()).isEqualTo("DPoP access-1");
            assertThat(scene.api.requests().getFirst().headers().getAll("DPoP"))
                    .containsExactly("key PUT " + address(scene, "/x?y=z") + " null access-1");
        }
    }

    @Test
    void theApiGetsItsNonceAtOnceAndTheApplicationDoesNotSeeIt() throws Exception {
        try (ForwardScene scene = scene()) {
            demand(scene, "n1");

            HttpResponse<String> first = scene.fetch(scene.request("/api/x").POST(BodyPublishers.ofString("a body")));
            HttpResponse<String> second = scene.fetch(scene.request("/api/x"));
            demand(scene, "n2");
            HttpResponse<String> third = scene.fetch(scene.request("/api/x"));

            assertThat(List.of(first, second, third)).allSatisfy(response -> {
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(response.headers().firstValue("DPoP-Nonce")).isEmpty();
            });
            assertThat(first.body()).isEqualTo("a body");
            assertThat(proofs(scene))
                    .extracting(proof -> proof.split(" ", -1)[3])
                    .containsExactly("null", "n1", "n1", "n1", "n2");
            assertThat(scene.authorizationServer.posts()).isEqualTo(1);
            assertThat(List.of(scene.outcome(), scene.outcome(), scene.outcome()))
                    .containsOnly(Outcome.ANSWERED);
        }
    }

    @Test
    void aNonceInASuccessIsForTheNextRequest() throws Exception {
        try (ForwardScene scene = scene()) {
            scene.api.handle(request -> {
                request.response().putHeader("DPoP-Nonce", "next");
                answer(scene, request, 200, null);
            });

            assertThat(scene.fetch(scene.request("/api/x")).headers().firstValue("DPoP-Nonce"))
                    .isEmpty();
            assertThat(scene.fetch(scene.request("/api/x")).statusCode()).isEqualTo(200);

            assertThat(proofs(scene))
                    .extracting(proof -> proof.split(" ", -1)[3])
                    .containsExactly("null", "next");
        }
    }

    @Test
    void anApiThatIsNeverContentIsAskedTwice() throws Exception {
        try (ForwardScene scene = scene()) {
            scene.api.handle(request -> {
                request.response()
                        .putHeader("DPoP-Nonce", "n" + scene.api.requests().size());
                answer(scene, request, 401, "DPoP error=\"use_dpop_nonce\"");
            });

            HttpResponse<String> response = scene.fetch(scene.request("/api/x"));

            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(response.headers().firstValue("WWW-Authenticate")).hasValue("DPoP error=\"use_dpop_nonce\"");
            assertThat(scene.api.requests()).hasSize(2);
            assertThat(scene.authorizationServer.posts()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        DPoP error="invalid_token"                                | 2
        DPoP error="invalid_token", error_description="use_dpop_nonce" | 2
        DPoP algs="ES256"                                         | 2
        ''                                                        | 2
        Bearer                                                    | 1
        DPoP error="invalid_dpop_proof"                           | 1
        DPoP error="insufficient_scope"                           | 1
        """)
    void aRejectedTokenIsReplacedLikeABearerToken(String challenge, int tokens) throws Exception {
        try (ForwardScene scene = scene()) {
            scene.api.handle(request -> {
                boolean first = "DPoP access-1".equals(request.getHeader("Authorization"));
                answer(scene, request, first ? 401 : 200, first && !challenge.isEmpty() ? challenge : null);
            });

            HttpResponse<String> response = scene.fetch(scene.request("/api/x"));

            assertThat(response.statusCode()).isEqualTo(tokens == 2 ? 200 : 401);
            assertThat(scene.authorizationServer.posts()).isEqualTo(tokens);
        }
    }

    /** The repeat with a nonce leaves the repeat with a newer token, and each of the two has its own. */
    @Test
    void aNonceDoesNotUseUpTheRepeatForARejectedToken() throws Exception {
        try (ForwardScene scene = scene()) {
            scene.api.handle(request -> {
                boolean newer = "DPoP access-2".equals(request.getHeader("Authorization"));
                String nonce = newer ? "n2" : "n1";
                boolean right = String.valueOf(request.getHeader("DPoP")).contains(" " + nonce + " ");
                request.response().putHeader("DPoP-Nonce", nonce);
                if (right) {
                    answer(scene, request, newer ? 200 : 401, newer ? null : "DPoP error=\"invalid_token\"");
                } else {
                    answer(scene, request, 401, "DPoP error=\"use_dpop_nonce\"");
                }
            });

            HttpResponse<String> response =
                    scene.fetch(scene.request("/api/x").POST(BodyPublishers.ofString("a body")));

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("a body");
            assertThat(scene.api.requests()).hasSize(4);
            assertThat(scene.outcome()).isEqualTo(Outcome.REPEATED);
        }
    }

    @Test
    void aBodyThatIsTooLongToRepeatCostsTheApplicationOne401() throws Exception {
        byte[] body = new byte[ForwardScene.MAX_REPEATABLE_BODY + 1];
        new Random(1).nextBytes(body);
        try (ForwardScene scene = scene()) {
            demand(scene, "n1");

            HttpResponse<String> first = scene.fetch(scene.request("/api/x").POST(BodyPublishers.ofByteArray(body)));
            HttpResponse<String> second = scene.fetch(scene.request("/api/x").POST(BodyPublishers.ofByteArray(body)));

            assertThat(first.statusCode()).isEqualTo(401);
            assertThat(second.statusCode()).isEqualTo(200);
            assertThat(scene.api.requests()).hasSize(2);
            assertThat(scene.api.requests().getLast().body()).isEqualTo(Buffer.buffer(body));
            assertThat(scene.authorizationServer.posts()).isEqualTo(1);
        }
    }

    @Test
    void aBodyThatWaitsForA100IsRepeatedWhateverItsLength() throws Exception {
        byte[] body = new byte[ForwardScene.MAX_REPEATABLE_BODY + 1];
        try (ForwardScene scene = scene()) {
            scene.api.handle(request -> {
                request.response().putHeader("DPoP-Nonce", "n1");
                if (String.valueOf(request.getHeader("DPoP")).contains(" n1 ")) {
                    request.response().writeContinue();
                    answer(scene, request, 200, null);
                } else {
                    Api.reject(request, "DPoP error=\"use_dpop_nonce\"");
                }
            });

            HttpResponse<String> response =
                    scene.fetch(scene.request("/api/x").expectContinue(true).POST(BodyPublishers.ofByteArray(body)));

            assertThat(response.statusCode()).isEqualTo(200);
        }
    }

    @Test
    void theCallersOwnCredentialsKeepTheirProofAndTheirNonce() throws Exception {
        try (ForwardScene scene = ForwardScene.builder()
                .bound(FakeProofKey.named("key"))
                .callerAuthorization()
                .open()) {
            scene.api.handle(request -> {
                request.response().putHeader("DPoP-Nonce", "theirs");
                answer(scene, request, 401, "DPoP error=\"use_dpop_nonce\"");
            });

            HttpResponse<String> response = scene.fetch(scene.request("/api/x")
                    .header("Authorization", "DPoP own-token")
                    .header("DPoP", "own-proof"));

            assertThat(response.headers().firstValue("DPoP-Nonce")).hasValue("theirs");
            assertThat(proofs(scene)).containsExactly("own-proof");
        }
    }

    @Test
    void aBearerTokenChangesNothing() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open()) {
            scene.api.handle(request -> {
                request.response().putHeader("DPoP-Nonce", "n1");
                answer(scene, request, 401, "DPoP error=\"use_dpop_nonce\"");
            });

            HttpResponse<String> response = scene.fetch(scene.request("/api/x").header("DPoP", "own"));

            assertThat(response.headers().firstValue("DPoP-Nonce")).hasValue("n1");
            assertThat(proofs(scene)).containsExactly("own");
            assertThat(scene.api.requests().getFirst().token()).isEqualTo("Bearer access-1");
        }
    }

    /** RFC 9449 section 9. The API accepts a nonce only for the request that it has answered with it. */
    @Test
    void aRequestIsRepeatedWithTheNonceOfItsOwnResponse() throws Exception {
        CompletableFuture<HttpServerRequest> slowRequest = new CompletableFuture<>();
        try (ForwardScene scene = scene()) {
            scene.api.handle(request -> {
                boolean slow = request.uri().endsWith("/slow");
                String nonce = slow ? "n1" : "n2";
                if (String.valueOf(request.getHeader("DPoP")).contains(" " + nonce + " ")) {
                    answer(scene, request, 200, null);
                    return;
                }
                request.response()
                        .setStatusCode(401)
                        .putHeader("WWW-Authenticate", "DPoP error=\"use_dpop_nonce\"")
                        .putHeader("DPoP-Nonce", nonce);
                if (slow) {
                    // the nonce arrives, but the sidecar waits for the end
                    var unusedWrite = request.response().setChunked(true).write("a part");
                    slowRequest.complete(request);
                } else {
                    var unusedEnd = request.response().end();
                }
            });
            CompletableFuture<HttpResponse<String>> slow = scene.fetchAsync(scene.request("/api/slow"));
            HttpServerRequest held = slowRequest.get(20, TimeUnit.SECONDS);

            assertThat(scene.fetch(scene.request("/api/quick")).statusCode()).isEqualTo(200);
            var unusedEnd = held.response().end();

            assertThat(slow.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
    }
}
