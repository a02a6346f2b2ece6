package dev.tokensidecar.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tokensidecar.egress.HostAddresses;
import dev.tokensidecar.forward.ForwardListener.Outcome;
import dev.tokensidecar.testing.http.RawHttp;
import dev.tokensidecar.testing.process.ChildProcess;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the sidecar forwards and relays, and what it does not, while the token is valid. */
@Timeout(60)
class ForwardingTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** What the API writes counts as the head of its response, which may have 8 KiB; it writes a byte each millisecond. */
    private static final Duration BEFORE_THE_HEAD_IS_TOO_LONG = Duration.ofSeconds(4);

    /** More than sockets buffer. */
    private static final int LARGE = 16 << 20;

    @Test
    void forwardsARequestWithTheTokenAndRelaysTheResponse() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open()) {
            HttpResponse<String> response = scene.fetch(scene.request("/api/a%2Fb/c?x=1&y=%20z")
                    .header("Authorization", "Bearer mine")
                    .header("X-Kept", "this")
                    .header("X-Sidecar-Secret", "hidden")
                    .method("PATCH", BodyPublishers.ofString("a body")));

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("a body");
            Api.RecordedRequest received = scene.api.requests().getFirst();
            assertThat(received.method().name()).isEqualTo("PATCH");
            assertThat(received.uri()).isEqualTo("/base/a%2Fb/c?x=1&y=%20z");
            assertThat(received.headers().getAll("Authorization")).containsExactly("Bearer access-1");
            assertThat(received.headers().get("Host")).isEqualTo("127.0.0.1:" + scene.api.port());
            assertThat(received.headers().get("X-Kept")).isEqualTo("this");
            assertThat(received.headers().get("Via")).isEqualTo("1.1 token-sidecar");
            assertThat(received.headers().contains("X-Sidecar-Secret")).isFalse();
            assertThat(scene.outcome()).isEqualTo(Outcome.ANSWERED);
        }
    }

    /** Nothing listens on the first address. */
    @Test
    void theNextAddressOfTheApiIsTried() throws Exception {
        HostAddresses.Resolver resolver = host ->
                new InetAddress[] {InetAddress.getByAddress(new byte[] {127, 0, 0, 2}), InetAddress.getLoopbackAddress()
                };
        try (ForwardScene scene = ForwardScene.builder().resolver(resolver).open()) {
            HttpResponse<String> response = scene.fetch(scene.request("/api/").POST(BodyPublishers.ofString("a body")));

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("a body");
        }
    }

    @Test
    void anOpenConnectionOutlivesItsAddressAndANewOneUsesTheNewAddress() throws Exception {
        AtomicReference<String> address = new AtomicReference<>("127.0.0.1");
        HostAddresses.Resolver resolver = host -> new InetAddress[] {InetAddress.getByName(address.get())};
        try (ForwardScene scene = ForwardScene.builder().resolver(resolver).open();
                HttpClient another = HttpClient.newHttpClient()) {
            assertThat(scene.fetch(scene.request("/api/")).statusCode()).isEqualTo(200);

            address.set("127.0.0.2");

            assertThat(scene.fetch(scene.request("/api/")).statusCode()).isEqualTo(200);
            assertThat(another.send(scene.request("/api/").build(), BodyHandlers.ofString())
                            .statusCode())
                    .as("nothing listens at the new address")
                    .isEqualTo(502);
        }
    }

    @Test
    void anApiWithoutAnAddressIsUnavailable() throws Exception {
        HostAddresses.Resolver resolver = host -> {
            throw new UnknownHostException(host);
        };
        try (ForwardScene scene = ForwardScene.builder().resolver(resolver).open()) {
            HttpResponse<String> response = scene.fetch(scene.request("/api/"));

            assertThat(response.statusCode()).isEqualTo(502);
            assertThat(response.body()).contains("has no address");
        }
    }

    @Test
    void hopByHopFieldsAreNotForwarded() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open()) {
            scene.api.handle(request -> {
                scene.api.record(request, io.vertx.core.buffer.Buffer.buffer());
                var unused = request.response()
                        .putHeader("Connection", "X-Private")
                        .putHeader("X-Private", "theirs")
                        .putHeader("Keep-Alive", "timeout=5")
                        .putHeader("Proxy-Authenticate", "Basic")
                        .putHeader("X-Public", "theirs")
                        .end("ok");
            });
            try (RawHttp connection = RawHttp.send(
                    scene.port(),
                    "GET /api HTTP/1.1",
                    "Host: localhost",
                    "Connection: X-Private",
                    "X-Private: mine",
                    "Keep-Alive: timeout=5",
                    "Proxy-Authorization: Basic bWU6c2VjcmV0",
                    "TE: trailers",
                    "Upgrade: h2c",
                    "X-Public: mine")) {
                RawHttp.Response reply = connection.readResponse();

                assertThat(reply.status()).isEqualTo(200);
                assertThat(reply.head()).contains("x-public: theirs");
                assertThat(String.join("\n", reply.head()))
                        .doesNotContain("x-private", "keep-alive", "proxy-authenticate");
            }
            MultiMap headers = scene.api.requests().getFirst().headers();
            assertThat(headers.names())
                    .doesNotContainAnyElementsOf(
                            List.of("X-Private", "Keep-Alive", "Proxy-Authorization", "TE", "Upgrade"));
            assertThat(headers.get("X-Public")).isEqualTo("mine");
        }
    }

    @Test
    void theGuardsCacheControlIsNotMixedIntoTheResponse() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open()) {
            scene.api.handle(request -> request.response()
                    .putHeader(HttpHeaders.CACHE_CONTROL, "max-age=60")
                    .putHeader("X-Each", (Iterable<String>) List.of("a=1", "b=2"))
                    .setStatusCode(203)
                    .setStatusMessage("Almost")
                    .end("x"));

            HttpResponse<String> response = scene.fetch(scene.request("/api/"));

            assertThat(response.statusCode()).isEqualTo(203);
            assertThat(response.headers().allValues("Cache-Control")).containsExactly("max-age=60");
            assertThat(response.headers().allValues("X-Each")).containsExactly("a=1", "b=2");
        }
    }

    private static void setCookies(ForwardScene scene) {
        scene.api.handle(request -> {
            scene.api.record(request, Buffer.buffer());
            request.response()
                    .putHeader("Set-Cookie", (Iterable<String>) List.of("a=1", "b=2; Path=/base/x", "c=3; Path=/other"))
                    .end();
        });
    }

    @Test
    void cookiesAreNotForwardedInEitherDirection() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open()) {
            setCookies(scene);

            HttpResponse<String> response =
                    scene.fetch(scene.request("/api/").header("Cookie", "session=of another API"));

            assertThat(response.headers().allValues("Set-Cookie")).isEmpty();
            assertThat(scene.api.requests().getFirst().headers().contains("Cookie"))
                    .isFalse();
        }
    }

    @Test
    void scopedCookiesAreForwarded() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().cookies().open()) {
            setCookies(scene);

            HttpResponse<String> response = scene.fetch(scene.request("/api/").header("Cookie", "a=1"));

            assertThat(response.headers().allValues("Set-Cookie"))
                    .containsExactly("a=1; Path=/api", "b=2; Path=/api/x");
            assertThat(scene.api.requests().getFirst().headers().get("Cookie")).isEqualTo("a=1");
        }
    }

    @Test
    void aRedirectIsRelayedAndNotFollowed() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open()) {
            scene.api.handle(request -> request.response()
                    .setStatusCode(302)
                    .putHeader("Location", "https://elsewhere.example/")
                    .end());

            HttpResponse<String> response = scene.fetch(scene.request("/api/"));

            assertThat(response.statusCode()).isEqualTo(302);
            assertThat(response.headers().firstValue("Location")).hasValue("https://elsewhere.example/");
        }
    }

    @Test
    void aRedirectBelowTheTargetIsOneBelowTheRoute() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open()) {
            scene.api.handle(request -> request.response()
                    .setStatusCode(307)
                    .putHeader("Location", "http://127.0.0.1:" + scene.api.port() + "/base/next?page=2")
                    .end());

            HttpResponse<String> response = scene.fetch(scene.request("/api/"));

            assertThat(response.headers().firstValue("Location")).hasValue("/api/next?page=2");
        }
    }

    @Test
    void responsesWithoutABodyStayWithoutOne() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open()) {
            scene.api.handle(request -> {
                int status = Integer.parseInt(request.uri().substring("/base/".length()));
                var unused = status == 200
                        ? request.response().putHeader("Content-Length", "1234").end()
                        : request.response().setStatusCode(status).end();
            });

            HttpResponse<String> head = scene.fetch(scene.request("/api/200").HEAD());
            assertThat(head.headers().firstValue("Content-Length")).hasValue("1234");
            assertThat(scene.fetch(scene.request("/api/204")).statusCode()).isEqualTo(204);
            assertThat(scene.fetch(scene.request("/api/304")).statusCode()).isEqualTo(304);
            assertThat(scene.outcome()).isEqualTo(Outcome.ANSWERED);
        }
    }

    @Test
    void trailersAreRelayed() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open()) {
            scene.api.handle(request -> {
                var response = request.response().setChunked(true).putTrailer("X-Sum", "42");
                response.write("part");
                var unused = response.end();
            });
            try (RawHttp connection =
                    RawHttp.send(scene.port(), "GET /api/ HTTP/1.1", "Host: localhost", "Connection: close")) {
                assertThat(connection.readUntilClosed().body().toLowerCase(java.util.Locale.ROOT))
                        .isEqualTo("4\r\npart\r\n0\r\nx-sum: 42\r\n\r\n");
            }
        }
    }

    @Test
    void aCallersOwnAuthorizationIsForwardedWhereConfigured() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().callerAuthorization().open()) {
            HttpResponse<String> rejected =
                    scene.fetch(scene.request("/api/").header("Authorization", "Basic bWU6c2VjcmV0"));
            HttpResponse<String> accepted = scene.fetch(scene.request("/api/"));

            assertThat(rejected.statusCode()).isEqualTo(401);
            assertThat(accepted.statusCode()).isEqualTo(200);
            assertThat(scene.api.requests())
                    .extracting(Api.RecordedRequest::token)
                    .containsExactly("Basic bWU6c2VjcmV0", "Bearer access-1");
            assertThat(scene.authorizationServer.posts()).isEqualTo(1);
        }
    }

    @Test
    void anUnreachableApiIsReportedAsUnavailable() throws Exception {
        try (ForwardScene scene =
                ForwardScene.builder().targetPort(ChildProcess.freePort()).open()) {
            HttpResponse<String> response = scene.fetch(scene.request("/api/"));

            assertProblem(response, 502, "target_unavailable");
            assertThat(response.body()).contains("cannot be reached");
            assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(scene.outcome()).isEqualTo(Outcome.UNAVAILABLE);
        }
    }

    @Test
    void aSilentApiTimesOut() throws Exception {
        try (ForwardScene scene =
                ForwardScene.builder().idleTimeout(Duration.ofMillis(200)).open()) {
            scene.api.handle(request -> {});

            assertProblem(scene.fetch(scene.request("/api/")), 504, "target_timeout");
            assertThat(scene.outcome()).isEqualTo(Outcome.TIMEOUT);
        }
    }

    @Test
    void aCallerThatStopsSendingItsBodyTimesOut() throws Exception {
        try (ForwardScene scene =
                ForwardScene.builder().idleTimeout(Duration.ofMillis(200)).open()) {
            try (RawHttp connection =
                    RawHttp.send(scene.port(), "POST /api/ HTTP/1.1", "Host: localhost", "Content-Length: 10")) {
                connection.sendMore("half");

                assertThat(connection.readResponse().status()).isEqualTo(408);
            }
            assertThat(scene.outcome()).isEqualTo(Outcome.TIMEOUT);
        }
    }

    /** Otherwise each of them keeps its part of the response in memory for as long as it likes. */
    @Test
    void aCallerThatStopsReadingLosesItsConnection() throws Exception {
        try (ForwardScene scene =
                ForwardScene.builder().idleTimeout(Duration.ofMillis(200)).open()) {
            scene.api.handle(request -> {
                var unused = request.response().end(Buffer.buffer(new byte[LARGE]));
            });
            try (RawHttp caller = RawHttp.send(scene.port(), "GET /api/ HTTP/1.1", "Host: localhost")) {
                assertThat(scene.outcome()).isEqualTo(Outcome.TIMEOUT);

                assertThat(caller.isClosedForWriting(PATIENCE)).isTrue();
            }
        }
    }

    /** Otherwise each timed-out upload keeps a part of its body in memory for as long as the API likes. */
    @Test
    void anApiThatStopsReadingLosesItsConnection() throws Exception {
        CompletableFuture<Outcome> timedOut = new CompletableFuture<>();
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        try (RawApi api = new RawApi((connection, line) -> {
                    timedOut.join();
                    closed.complete(RawHttp.isClosedForWriting(connection.socket(), BEFORE_THE_HEAD_IS_TOO_LONG));
                });
                ForwardScene scene = ForwardScene.builder()
                        .targetPort(api.port())
                        .idleTimeout(Duration.ofMillis(200))
                        .open();
                RawHttp caller = RawHttp.send(
                        scene.port(), "POST /api/ HTTP/1.1", "Host: localhost", "Content-Length: " + LARGE)) {
            Thread.ofVirtual()
                    .start(() -> assertThatThrownBy(() -> caller.sendMore("x".repeat(LARGE)))
                            .isInstanceOf(UncheckedIOException.class));

            assertThat(scene.outcome()).isEqualTo(Outcome.TIMEOUT);
            timedOut.complete(Outcome.TIMEOUT);
            assertThat(closed.get(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aTruncatedResponseClosesTheCallersConnection() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open()) {
            scene.api.handle(request -> {
                request.response().putHeader("Content-Length", "100").write("half");
                var unused = request.connection().close();
            });
            try (RawHttp connection = RawHttp.send(scene.port(), "GET /api/ HTTP/1.1", "Host: localhost")) {
                assertThat(connection.readUntilClosed().body()).isEqualTo("half");
            }
            assertThat(scene.outcome()).isEqualTo(Outcome.UNAVAILABLE);
        }
    }

    @Test
    void withoutATokenNothingIsForwarded() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().withoutToken().open()) {
            scene.authorizationServer.failAlways(new dev.tokensidecar.token.RefreshFailure.Unavailable(
                    "http_503", "the authorization server answered 503", true, false, null));

            assertProblem(scene.fetch(scene.request("/api/")), 503, "temporarily_unavailable");
            assertThat(scene.api.requests()).isEmpty();
            assertThat(scene.outcome()).isEqualTo(Outcome.NO_TOKEN);
        }
    }

    @Test
    void requestsAboveTheLimitAreRejected() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().requests(1).open()) {
            var held = new java.util.concurrent.CompletableFuture<io.vertx.core.http.HttpServerRequest>();
            scene.api.handle(held::complete);
            var first = scene.send(scene.request("/api/first"));
            var request = held.join();

            assertProblem(scene.fetch(scene.request("/api/second")), 503, "too_many_requests");

            var unused = request.response().end();
            assertThat(first.join().statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aPathWithoutARouteIsNotFound() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open()) {
            assertProblem(scene.fetch(scene.request("/apis")), 404, "unknown_forward");
            assertProblem(scene.fetch(scene.request("/")), 404, "unknown_forward");
            assertThat(scene.fetch(scene.request("/api")).statusCode()).isEqualTo(200);
            assertThat(scene.api.requests())
                    .extracting(Api.RecordedRequest::uri)
                    .containsExactly("/base");
        }
    }

    private static void assertProblem(HttpResponse<String> response, int status, String error) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(new JsonObject(response.body()).getString("error")).isEqualTo(error);
    }
}
