package dev.tokensidecar.forward;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import dev.tokensidecar.forward.ForwardListener.Outcome;
import dev.tokensidecar.testing.http.RawHttp;
import dev.tokensidecar.token.RefreshFailure;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens when the API rejects the token, or the connection to it is lost. */
@Timeout(60)
class RetryTest {

    private static final JsonPointer MESSAGE = JsonPointer.compile("/message");
    private static final RejectionRule.ResponsePattern SLACK =
            new RejectionRule.ResponsePattern(200, JsonPointer.compile("/error"), "token_expired");

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static void rejectOnce(ForwardScene scene, java.util.function.Consumer<HttpServerRequest> rejection) {
        AtomicInteger requests = new AtomicInteger();
        scene.api.handle(request -> request.body().onSuccess(body -> {
            scene.api.record(request, body);
            if (requests.getAndIncrement() == 0) {
                rejection.accept(request);
            } else {
                var unused = request.response().end(body);
            }
        }));
    }

    @Test
    void aRejectedRequestIsRepeatedWithANewerToken() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open()) {
            scene.api.accept("access-2");

            HttpResponse<String> response =
                    scene.fetch(scene.request("/api/x?y=z").POST(BodyPublishers.ofString("a body")));

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("a body");
            assertThat(scene.api.requests())
                    .extracting(Api.RecordedRequest::token)
                    .containsExactly("Bearer access-1", "Bearer access-2");
            assertThat(scene.api.requests())
                    .extracting(Api.RecordedRequest::uri)
                    .containsOnly("/base/x?y=z");
            assertThat(scene.outcome()).isEqualTo(Outcome.REPEATED);
        }
    }

    @Test
    void aSecondRejectionIsRelayed() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open()) {
            scene.api.accept("another");

            HttpResponse<String> response = scene.fetch(scene.request("/api/"));

            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(response.headers().firstValue("WWW-Authenticate")).hasValue(Api.INVALID_TOKEN);
            assertThat(response.body()).isEqualTo("no");
            assertThat(scene.api.requests()).hasSize(2);
            assertThat(scene.authorizationServer.posts()).isEqualTo(2);
            assertThat(scene.outcome()).isEqualTo(Outcome.REJECTED);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        ''                                                       | 2
        Bearer                                                   | 2
        Bearer error="invalid_token"                             | 2
        DPoP algs="ES256", Bearer error="invalid_token"          | 2
        Bearer error="insufficient_scope", scope="admin"         | 1
        Bearer error="insufficient_user_authentication"          | 1
        DPoP error="use_dpop_nonce"                              | 1
        Basic realm="a Bearer of news"                           | 1
        """)
    void onlyRejectionsThatANewTokenMayCureAreRepeated(String challenge, int sent) throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open()) {
            rejectOnce(scene, request -> {
                if (!challenge.isEmpty()) {
                    request.response().putHeader("WWW-Authenticate", challenge);
                }
                var unused = request.response().setStatusCode(401).end();
            });

            HttpResponse<String> response = scene.fetch(scene.request("/api/"));

            assertThat(response.statusCode()).isEqualTo(sent == 2 ? 200 : 401);
            assertThat(scene.api.requests()).hasSize(sent);
            assertThat(scene.authorizationServer.posts()).isEqualTo(sent);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, '{\"message\":\"Token Expired at noon\"}', 2",
        "400, '{\"message\":\"no such thing\"}', 1",
        "400, 'token expired', 1",
        "400, '', 1",
        "403, '{\"message\":\"token expired\"}', 1",
    })
    void aConfiguredResponseCountsAsRejection(int status, String body, int sent) throws Exception {
        RejectionRule.ResponsePattern rejection = new RejectionRule.ResponsePattern(400, MESSAGE, "token expired");
        try (ForwardScene scene = ForwardScene.builder().rejection(rejection).open()) {
            rejectOnce(scene, request -> {
                var unused = request.response().setStatusCode(status).end(body);
            });

            HttpResponse<String> response = scene.fetch(scene.request("/api/"));

            assertThat(scene.api.requests()).hasSize(sent);
            assertThat(response.statusCode()).isEqualTo(sent == 2 ? 200 : status);
            if (sent == 1) {
                assertThat(response.body()).isEqualTo(body);
            }
        }
    }

    /** Slack and most GraphQL APIs report errors with 200. */
    @ParameterizedTest
    @CsvSource({
        "application/json, '{\"error\":\"token_expired\"}', 2",
        "application/graphql-response+json; charset=utf-8, '{\"error\":\"token_expired\"}', 2",
        "application/json, '{\"error\":\"channel_not_found\"}', 1",
        "text/plain, '{\"error\":\"token_expired\"}', 1",
    })
    void aSuccessMayBeARejection(String type, String body, int sent) throws Exception {
        try (ForwardScene scene = ForwardScene.builder().rejection(SLACK).open()) {
            rejectOnce(scene, request -> {
                var unused = request.response().putHeader("Content-Type", type).end(body);
            });

            HttpResponse<String> response = scene.fetch(scene.request("/api/"));

            assertThat(scene.api.requests()).hasSize(sent);
            assertThat(response.body().equals(body)).isEqualTo(sent == 1);
        }
    }

    /** Nothing but a JSON document is read ahead. */
    @Test
    void aSuccessThatIsNoJsonDocumentStreams() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().rejection(SLACK).open();
                RawHttp caller = RawHttp.open(scene.port())) {
            scene.api.handle(request -> request.response()
                    .setChunked(true)
                    .putHeader("Content-Type", "text/event-stream")
                    .write("data: first\n\n"));
            caller.sendMore("GET /api/ HTTP/1.1\r\nHost: localhost\r\n\r\n");

            assertThat(caller.head().status()).isEqualTo(200);
        }
    }

    @Test
    void aCompressedRejectionIsRecognizedAndAnyOtherCompressedResponsePassesAsItIs() throws Exception {
        RejectionRule.ResponsePattern rejection = new RejectionRule.ResponsePattern(400, MESSAGE, "token expired");
        try (ForwardScene scene = ForwardScene.builder().rejection(rejection).open()) {
            rejectOnce(scene, request -> respondCompressed(request, gzip("{\"message\":\"token expired\"}")));
            assertThat(scene.fetch(scene.request("/api/")).statusCode()).isEqualTo(200);
            assertThat(scene.api.requests()).hasSize(2);

            byte[] other = gzip("{\"message\":\"no such thing\"}");
            scene.api.handle(request -> respondCompressed(request, other));
            HttpResponse<byte[]> passed = scene.send(scene.request("/api/")).join();

            assertThat(passed.body()).isEqualTo(other);
            assertThat(passed.headers().firstValue("Content-Encoding")).hasValue("gzip");
        }
    }

    private static void respondCompressed(HttpServerRequest request, byte[] body) {
        var unused = request.response()
                .setStatusCode(400)
                .putHeader("Content-Encoding", "gzip")
                .end(Buffer.buffer(body));
    }

    private static byte[] gzip(String text) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }

    @ParameterizedTest
    @CsvSource({
        "Bearer error=\"token_expired\", ERROR=\"Token_Expired\", 2",
        "Token realm=api, token, 2",
        "Digest realm=api, token, 1",
        "Bearer error=\"insufficient_scope\", token_expired, 1",
    })
    void aConfiguredChallengeCountsAsRejection(String challenge, String configured, int sent) throws Exception {
        try (ForwardScene scene = ForwardScene.builder().challenge(configured).open()) {
            rejectOnce(scene, request -> Api.reject(request, challenge));

            HttpResponse<String> response = scene.fetch(scene.request("/api/"));

            assertThat(scene.api.requests()).hasSize(sent);
            assertThat(response.statusCode()).isEqualTo(sent == 2 ? 200 : 401);
        }
    }

    @ParameterizedTest
    @CsvSource({"300000, true", "300000, false", "60000, true", "60000, false"})
    void aLongExaminedResponseIsRelayedCompletely(int length, boolean chunked) throws Exception {
        RejectionRule.ResponsePattern rejection = new RejectionRule.ResponsePattern(400, MESSAGE, "token expired");
        try (ForwardScene scene = ForwardScene.builder().rejection(rejection).open()) {
            byte[] body = bytes(length);
            scene.api.handle(request ->
                    request.response().setStatusCode(400).setChunked(chunked).end(Buffer.buffer(body)));

            HttpResponse<byte[]> response = scene.send(scene.request("/api/")).join();

            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body()).isEqualTo(body);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, ForwardScene.MAX_REPEATABLE_BODY - 1, ForwardScene.MAX_REPEATABLE_BODY})
    void aBodyUpToTheLimitIsRepeatedUnchanged(int length) throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open()) {
            scene.api.accept("access-2");
            byte[] body = bytes(length);

            HttpResponse<byte[]> response = scene.send(scene.request("/api/").PUT(BodyPublishers.ofByteArray(body)))
                    .join();

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo(body);
            assertThat(scene.api.requests())
                    .hasSize(2)
                    .allSatisfy(request -> assertThat(request.body().getBytes()).isEqualTo(body));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {ForwardScene.MAX_REPEATABLE_BODY + 1, 1_000_000})
    void aLongerBodyIsNotRepeatedButTheTokenIsReported(int length) throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open()) {
            scene.api.accept("access-2");
            byte[] body = bytes(length);

            HttpResponse<byte[]> first = scene.send(scene.request("/api/").PUT(BodyPublishers.ofByteArray(body)))
                    .join();
            HttpResponse<byte[]> second = scene.send(scene.request("/api/").PUT(BodyPublishers.ofByteArray(body)))
                    .join();

            assertThat(first.statusCode()).isEqualTo(401);
            assertThat(second.statusCode()).isEqualTo(200);
            assertThat(second.body()).isEqualTo(body);
            assertThat(scene.api.requests().getFirst().body().getBytes()).isEqualTo(body);
            assertThat(scene.authorizationServer.posts()).isEqualTo(2);
            assertThat(scene.outcome()).isEqualTo(Outcome.REJECTED);
        }
    }

    @Test
    void bodyCopiesCountAgainstTheBudget() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().memory(100).open()) {
            scene.api.accept("access-2");

            assertThat(scene.send(scene.request("/api/").PUT(BodyPublishers.ofByteArray(bytes(101))))
                            .join()
                            .statusCode())
                    .isEqualTo(401);
            scene.api.accept("access-3");
            for (int round = 0; round < 5; round++) {
                scene.api.accept("access-" + (3 + round));
                assertThat(scene.send(scene.request("/api/").PUT(BodyPublishers.ofByteArray(bytes(100))))
                                .join()
                                .statusCode())
                        .as("each copy is released")
                        .isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void withoutMemoryForItsBodyA401IsJudgedByItsHead(boolean chunked) throws Exception {
        try (ForwardScene scene = ForwardScene.builder().memory(1000).open()) {
            byte[] rejection = bytes(20_000);
            rejectOnce(scene, request -> {
                var unused = request.response()
                        .setStatusCode(401)
                        .setChunked(chunked)
                        .end(Buffer.buffer(rejection));
            });

            assertThat(scene.fetch(scene.request("/api/")).statusCode()).isEqualTo(200);
            scene.authorizationServer.failAlways(
                    new RefreshFailure.InvalidGrant("invalid_grant", "the refresh token is not active"));
            rejectOnce(scene, request -> {
                var unused = request.response()
                        .setStatusCode(401)
                        .setChunked(chunked)
                        .end(Buffer.buffer(rejection));
            });

            HttpResponse<byte[]> response = scene.send(scene.request("/api/")).join();

            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(response.body()).as("the rest of the body follows").isEqualTo(rejection);
        }
    }

    @Test
    void anEarlyRejectionWaitsForTheRestOfTheBody() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open()) {
            AtomicInteger requests = new AtomicInteger();
            scene.api.handle(request -> {
                if (requests.getAndIncrement() == 0) {
                    Api.reject(request, Api.INVALID_TOKEN);
                } else {
                    scene.api.accept("access-2");
                    scene.api.echo(request);
                }
            });
            try (RawHttp connection = RawHttp.send(
                    scene.port(), "POST /api/ HTTP/1.1", "Host: localhost", "Content-Length: 8", "Connection: close")) {
                connection.sendMore("half");
                connection.sendMore("half");

                RawHttp.Response reply = connection.readUntilClosed();
                assertThat(reply.status()).isEqualTo(200);
                assertThat(reply.body()).isEqualTo("halfhalf");
            }
        }
    }

    @Test
    void aBodyAfter100ContinueMayBeOfAnyLength() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open()) {
            scene.api.handle(request -> {
                if (!"Bearer access-2".equals(request.getHeader("Authorization"))) {
                    Api.reject(request, Api.INVALID_TOKEN);
                    return;
                }
                scene.api.accept("access-2");
                request.response().writeContinue();
                scene.api.echo(request);
            });
            byte[] body = bytes(1_000_000);

            HttpResponse<byte[]> response = scene.send(
                            scene.request("/api/").expectContinue(true).PUT(BodyPublishers.ofByteArray(body)))
                    .join();

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo(body);
            assertThat(scene.outcome()).isEqualTo(Outcome.REPEATED);
        }
    }

    @Test
    void anApiWithout100ContinueGetsTheBodyAfterASecond() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open()) {
            HttpResponse<byte[]> response = scene.send(
                            scene.request("/api/").expectContinue(true).PUT(BodyPublishers.ofString("a body")))
                    .join();

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(new String(response.body(), java.nio.charset.StandardCharsets.UTF_8))
                    .isEqualTo("a body");
        }
    }

    @Test
    void aRejectionBefore100ContinueClosesTheConnection() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open()) {
            scene.api.handle(request -> request.response().setStatusCode(413).end());
            try (RawHttp connection = RawHttp.send(
                    scene.port(),
                    "PUT /api/ HTTP/1.1",
                    "Host: localhost",
                    "Content-Length: 1000",
                    "Expect: 100-continue")) {
                RawHttp.Response reply = connection.readUntilClosed();

                assertThat(reply.status()).isEqualTo(413);
                assertThat(reply.head()).contains("connection: close");
            }
        }
    }

    @Test
    void aTransientRefreshFailureIsReportedInsteadOfThe401() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open()) {
            scene.api.accept("access-2");
            scene.authorizationServer.failAlways(new RefreshFailure.Unavailable(
                    "http_503", "the authorization server answered 503", true, false, null));

            HttpResponse<String> response = scene.fetch(scene.request("/api/"));

            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(new JsonObject(response.body()).getString("error")).isEqualTo("temporarily_unavailable");
            assertThat(response.headers().firstValue("Retry-After")).isPresent();
        }
    }

    @Test
    void afterInvalidGrantThe401IsRelayed() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open()) {
            scene.api.accept("access-2");
            scene.authorizationServer.failAlways(
                    new RefreshFailure.InvalidGrant("invalid_grant", "the refresh token is not active"));

            HttpResponse<String> response = scene.fetch(scene.request("/api/"));

            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(response.body()).isEqualTo("no");
            assertThat(scene.outcome()).isEqualTo(Outcome.REJECTED);
        }
    }

    @Test
    void aLateRejectionUsesTheNewerTokenAndStillTimesOut() throws Exception {
        try (ForwardScene scene =
                ForwardScene.builder().idleTimeout(Duration.ofMillis(500)).open()) {
            CompletableFuture<HttpServerRequest> late = new CompletableFuture<>();
            scene.api.handle(late::complete);
            var response = scene.send(scene.request("/api/late"));
            HttpServerRequest pending = late.join();
            scene.api.accept("access-2");
            scene.api.handle(scene.api::echo);
            assertThat(scene.fetch(scene.request("/api/")).statusCode()).isEqualTo(200);

            CompletableFuture<String> token = new CompletableFuture<>();
            scene.api.handle(request -> token.complete(request.getHeader("Authorization")));
            Api.reject(pending, Api.INVALID_TOKEN);

            assertThat(token.join()).isEqualTo("Bearer access-2");
            assertThat(response.join().statusCode()).isEqualTo(504);
            assertThat(scene.authorizationServer.posts()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @CsvSource({"GET, 200, 2", "PUT, 200, 2", "DELETE, 200, 2", "POST, 502, 1", "PATCH, 502, 1"})
    void aLostConnectionIsRetriedWhereThatIsSafe(String method, int status, int sent) throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open()) {
            AtomicInteger requests = new AtomicInteger();
            scene.api.handle(request -> {
                if (requests.getAndIncrement() == 0) {
                    var unused = request.connection().close();
                } else {
                    scene.api.echo(request);
                }
            });

            HttpResponse<String> response =
                    scene.fetch(scene.request("/api/").method(method, BodyPublishers.ofString("x")));

            assertThat(response.statusCode()).isEqualTo(status);
            assertThat(requests).hasValue(sent);
        }
    }
}
