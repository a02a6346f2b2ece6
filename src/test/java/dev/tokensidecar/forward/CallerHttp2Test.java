package dev.tokensidecar.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tokensidecar.forward.ForwardListener.Outcome;
import io.netty.handler.codec.http2.Http2Error;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.StreamResetException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Applications that speak HTTP/2 to the sidecar, and APIs that speak either version. */
@Timeout(60)
class CallerHttp2Test {

    private static final int LARGE = 8 * 1024 * 1024;

    private static ForwardScene open(boolean http2) throws Exception {
        return builder(http2).open();
    }

    private static ForwardScene.Builder builder(boolean http2) {
        HttpClientOptions client = new HttpClientOptions()
                .setProtocolVersion(http2 ? HttpVersion.HTTP_2 : HttpVersion.HTTP_1_1)
                .setHttp2ConnectionWindowSize(100 * 65_535)
                .setHttp2ClearTextUpgrade(false);
        return ForwardScene.builder().tls(new HttpServerOptions(), client);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRequestGetsATokenAndIsRepeatedWithANewerOne(boolean http2) throws Exception {
        try (ForwardScene scene = open(http2);
                Http2Caller caller = new Http2Caller(scene)) {
            scene.api.accept("access-2");

            Http2Caller.Response response = caller.post("/api/x?y", "a body");

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("a body");
            assertThat(scene.outcome()).isEqualTo(Outcome.REPEATED);
            assertThat(scene.api.requests()).hasSize(2).allSatisfy(request -> {
                assertThat(request.version()).isEqualTo(http2 ? HttpVersion.HTTP_2 : HttpVersion.HTTP_1_1);
                assertThat(request.uri()).isEqualTo("/base/x?y");
                assertThat(request.body().toString()).isEqualTo("a body");
                assertThat(request.headers().get("via")).isEqualTo("2.0 token-sidecar");
                assertThat(request.headers().names()).noneMatch(name -> name.startsWith("x-http2"));
            });
        }
    }

    @Test
    void aHundredStreamsShareOneRefresh() throws Exception {
        try (ForwardScene scene = open(true);
                Http2Caller caller = new Http2Caller(scene)) {
            scene.api.accept("access-2");

            List<Future<Http2Caller.Response>> responses = IntStream.range(0, 100)
                    .mapToObj(n -> caller.send(
                            HttpMethod.POST, "/api/" + n, MultiMap.caseInsensitiveMultiMap(), Buffer.buffer("b" + n)))
                    .toList();

            for (int n = 0; n < responses.size(); n++) {
                assertThat(Http2Caller.await(responses.get(n)).body()).isEqualTo("b" + n);
            }
            assertThat(scene.authorizationServer.posts()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void longBodiesPassInBothDirections(boolean http2) throws Exception {
        try (ForwardScene scene = open(http2);
                Http2Caller caller = new Http2Caller(scene)) {
            String body = "x".repeat(LARGE);

            assertThat(caller.post("/api/x", body).body()).isEqualTo(body);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void trailersComeBack(boolean http2) throws Exception {
        try (ForwardScene scene = open(http2);
                Http2Caller caller = new Http2Caller(scene)) {
            scene.api.handle(request -> {
                request.response()
                        .setChunked(true)
                        .putTrailer("checksum", "abc")
                        .write("a body");
                request.response().end();
            });

            Http2Caller.Response response = caller.fetch("/api/x");

            assertThat(response.body()).isEqualTo("a body");
            assertThat(response.trailers().get("checksum")).isEqualTo("abc");
        }
    }

    @Test
    void theFieldTeReachesAnApiWithHttp2() throws Exception {
        try (ForwardScene scene = open(true);
                Http2Caller caller = new Http2Caller(scene)) {
            var unused = Http2Caller.await(caller.send(
                    HttpMethod.GET,
                    "/api/x",
                    MultiMap.caseInsensitiveMultiMap().add("te", "trailers"),
                    Buffer.buffer()));

            assertThat(scene.api.requests().getFirst().headers().get("te")).isEqualTo("trailers");
        }
    }

    @Test
    void anHttp1ApiServesTheStreamsOfOneCallerOnSeveralConnections() throws Exception {
        try (ForwardScene scene = open(false);
                Http2Caller caller = new Http2Caller(scene)) {
            Promise<HttpServerRequest> held = Promise.promise();
            scene.api.handle(request -> {
                if (request.uri().endsWith("held")) {
                    held.complete(request);
                } else {
                    request.response().end(request.remoteAddress().toString());
                }
            });
            Future<Http2Caller.Response> first =
                    caller.send(HttpMethod.GET, "/api/held", MultiMap.caseInsensitiveMultiMap(), Buffer.buffer());
            HttpServerRequest waiting = Http2Caller.await(held.future());

            List<String> connections = Stream.of(caller.fetch("/api/1"), caller.fetch("/api/2"))
                    .map(Http2Caller.Response::body)
                    .toList();
            waiting.response().end("at last");

            assertThat(Http2Caller.await(first).body()).isEqualTo("at last");
            assertThat(connections.stream().collect(Collectors.toSet()))
                    .as("the second request uses the connection of the first again")
                    .hasSize(1)
                    .doesNotContain(waiting.remoteAddress().toString());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aResponseThatBreaksOffResetsItsStreamOnly(boolean http2) throws Exception {
        try (ForwardScene scene = open(http2);
                Http2Caller caller = new Http2Caller(scene)) {
            scene.api.handle(request -> {
                if (request.uri().endsWith("broken")) {
                    request.response()
                            .setChunked(true)
                            .write("a part")
                            .onComplete(sent -> request.connection().close());
                } else {
                    request.response().end("whole");
                }
            });

            Future<Http2Caller.Response> broken =
                    caller.send(HttpMethod.GET, "/api/broken", MultiMap.caseInsensitiveMultiMap(), Buffer.buffer());

            assertThatThrownBy(() -> Http2Caller.await(broken))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(StreamResetException.class)
                    .cause()
                    .hasFieldOrPropertyWithValue("code", Http2Error.INTERNAL_ERROR.code());
            assertThat(caller.fetch("/api/whole").body()).isEqualTo("whole");
        }
    }

    @Test
    void aStreamThatTheCallerResetsEndsTheRequestAtTheApi() throws Exception {
        try (ForwardScene scene = open(true);
                Http2Caller caller = new Http2Caller(scene)) {
            Promise<Throwable> reset = Promise.promise();
            Promise<Void> arrived = Promise.promise();
            scene.api.handle(request -> {
                request.response().exceptionHandler(reset::tryComplete);
                arrived.complete();
            });
            HttpClientRequest request = Http2Caller.await(caller.request(HttpMethod.GET, "/api/x"));
            var unused = request.send();
            Http2Caller.await(arrived.future());

            request.reset(Http2Error.CANCEL.code());

            assertThat(Http2Caller.await(reset.future())).isInstanceOf(StreamResetException.class);
            assertThat(scene.outcome()).isEqualTo(Outcome.CANCELLED);
        }
    }

    @Test
    void anEarlyResponseEndsTheRequest() throws Exception {
        try (ForwardScene scene = open(true);
                Http2Caller caller = new Http2Caller(scene)) {
            scene.api.handle(request -> request.response().setStatusCode(413).end("too long"));
            HttpClientRequest request = Http2Caller.await(caller.request(HttpMethod.POST, "/api/x"));
            var unused = request.setChunked(true).write("a part");

            Http2Caller.Response response = Http2Caller.await(Http2Caller.receive(request.response()));

            assertThat(response.status()).isEqualTo(413);
            assertThat(scene.outcome()).isEqualTo(Outcome.ANSWERED);
            assertThat(caller.fetch("/api/x").status()).isEqualTo(413);
        }
    }

    @Test
    void streamsThatNobodyReadsDoNotStopOthers() throws Exception {
        try (ForwardScene scene = open(false);
                Http2Caller caller = new Http2Caller(scene)) {
            scene.api.handle(request -> {
                if (request.uri().endsWith("stalled")) {
                    request.pause();
                } else {
                    scene.api.echo(request);
                }
            });
            for (int n = 0; n < 50; n++) {
                HttpClientRequest stalled = Http2Caller.await(caller.request(HttpMethod.POST, "/api/stalled"));
                var unused = stalled.setChunked(true).write(Buffer.buffer(new byte[64 * 1024]));
            }

            assertThat(caller.post("/api/y", "a body").body()).isEqualTo("a body");
        }
    }
}
