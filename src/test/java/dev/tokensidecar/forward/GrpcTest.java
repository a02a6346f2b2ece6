package dev.tokensidecar.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.forward.ForwardListener.Outcome;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls of gRPC as they look on the wire. The suite {@code libraries} makes the same with real clients and servers. */
@Timeout(60)
class GrpcTest {

    private static final String PATH = "/api/shop.Orders/Get";
    private static final String TYPE = "application/grpc+proto";
    private static final Buffer MESSAGE = Buffer.buffer(new byte[] {0, 0, 0, 0, 2, 8, 1});

    /** How servers send a status. */
    enum StatusForm {
        TRAILERS_ONLY {
            @Override
            void send(HttpServerResponse response) {
                response.putHeader("content-type", TYPE)
                        .putHeader("grpc-status", "16")
                        .end();
            }
        },
        HEADERS_AND_TRAILERS {
            @Override
            void send(HttpServerResponse response) {
                response.putHeader("content-type", TYPE).setChunked(true).write(Buffer.buffer());
                response.putTrailer("grpc-status", "16").end();
            }
        },
        UNAUTHORIZED {
            @Override
            void send(HttpServerResponse response) {
                response.setStatusCode(401).end();
            }
        };

        abstract void send(HttpServerResponse response);
    }

    private static ForwardScene open() throws Exception {
        HttpClientOptions client =
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false);
        return ForwardScene.builder().tls(new HttpServerOptions(), client).open();
    }

    private static MultiMap headers() {
        return MultiMap.caseInsensitiveMultiMap().add("content-type", TYPE).add("te", "trailers");
    }

    private static void reply(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        response.putHeader("content-type", TYPE).setChunked(true).write(MESSAGE);
        response.putTrailer("grpc-status", "0").end();
    }

    private static Future<Http2Caller.Response> call(Http2Caller caller) {
        return caller.send(HttpMethod.POST, PATH, headers(), MESSAGE);
    }

    private static boolean hasToken(HttpServerRequest request, String token) {
        return ("Bearer " + token).equals(request.getHeader("Authorization"));
    }

    @ParameterizedTest
    @EnumSource
    void aUnaryCallIsRepeatedWithANewerToken(StatusForm rejection) throws Exception {
        try (ForwardScene scene = open();
                Http2Caller caller = new Http2Caller(scene)) {
            scene.api.handle(request -> request.body().onSuccess(body -> {
                scene.api.record(request, body);
                if (hasToken(request, "access-2")) {
                    reply(request);
                } else {
                    rejection.send(request.response());
                }
            }));

            Http2Caller.Response response = Http2Caller.await(call(caller));

            assertThat(response.body()).isEqualTo(MESSAGE.toString());
            assertThat(response.trailers().get("grpc-status")).isEqualTo("0");
            assertThat(scene.outcome()).isEqualTo(Outcome.REPEATED);
            assertThat(scene.api.requests()).hasSize(2).allSatisfy(request -> {
                assertThat(request.body()).isEqualTo(MESSAGE);
                assertThat(request.headers().get("te")).isEqualTo("trailers");
            });
        }
    }

    /** Clients take a status in a field section without a body for the whole response. */
    @Test
    void aStatusWithoutABodyStaysInTheHead() throws Exception {
        try (ForwardScene scene = open();
                Http2Caller caller = new Http2Caller(scene)) {
            scene.api.handle(request -> request.response()
                    .putHeader("content-type", TYPE)
                    .putHeader("grpc-status", "5")
                    .end());

            Http2Caller.Response response = Http2Caller.await(call(caller));

            assertThat(response.headers().get("grpc-status")).isEqualTo("5");
            assertThat(response.trailers()).isEmpty();
            assertThat(scene.outcome()).isEqualTo(Outcome.ANSWERED);
        }
    }

    @Test
    void aStreamFlowsInBothDirections() throws Exception {
        try (ForwardScene scene = open();
                Http2Caller caller = new Http2Caller(scene)) {
            scene.api.handle(request -> {
                HttpServerResponse response = request.response().setChunked(true);
                response.putHeader("content-type", TYPE).write(Buffer.buffer());
                request.handler(response::write)
                        .endHandler(
                                end -> response.putTrailer("grpc-status", "0").end());
            });
            HttpClientRequest request = Http2Caller.await(caller.request(HttpMethod.POST, PATH));
            request.headers().addAll(headers());
            var unused = request.setChunked(true).write(MESSAGE);
            BlockingQueue<Buffer> received = new LinkedBlockingQueue<>();
            Promise<Void> ended = Promise.promise();
            HttpClientResponse response = Http2Caller.await(request.response()
                    .onSuccess(head -> head.handler(received::add).endHandler(ended::complete)));
            assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo(MESSAGE);

            for (int n = 0; n < 100; n++) {
                Buffer message = Buffer.buffer("message " + n);
                var unusedWrite = request.write(message);
                assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo(message);
            }
            var unusedEnd = request.end();

            Http2Caller.await(ended.future());
            assertThat(response.trailers().get("grpc-status")).isEqualTo("0");
            assertThat(scene.outcome()).isEqualTo(Outcome.ANSWERED);
        }
    }

    /** The next call needs a newer token, though this one cannot be repeated. */
    @Test
    void aRejectedStreamIsNotRepeatedButItsTokenIsReplaced() throws Exception {
        try (ForwardScene scene = open();
                Http2Caller caller = new Http2Caller(scene)) {
            scene.api.handle(request -> {
                if (hasToken(request, "access-2")) {
                    reply(request);
                    return;
                }
                HttpServerResponse response = request.response().setChunked(true);
                response.putHeader("content-type", TYPE).write(MESSAGE);
                response.putTrailer("grpc-status", "16").end();
            });
            HttpClientRequest request = Http2Caller.await(caller.request(HttpMethod.POST, PATH));
            request.headers().addAll(headers());
            var unused = request.setChunked(true).write(MESSAGE);
            Http2Caller.Response response = Http2Caller.await(Http2Caller.receive(request.response()));

            assertThat(response.trailers().get("grpc-status")).isEqualTo("16");
            assertThat(Http2Caller.await(call(caller)).trailers().get("grpc-status"))
                    .isEqualTo("0");
            assertThat(scene.authorizationServer.posts()).isEqualTo(2);
        }
    }

    @Test
    void aProblemOfTheSidecarIsAStatusOfGrpc() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().targetPort(1).open();
                Http2Caller caller = new Http2Caller(scene)) {
            Http2Caller.Response response = Http2Caller.await(call(caller));

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.headers().get("content-type")).isEqualTo("application/grpc");
            assertThat(response.headers().get("grpc-status")).isEqualTo("14");
            assertThat(response.headers().get("grpc-message")).startsWith("target_unavailable: 127.0.0.1:1 cannot");
            assertThat(response.headers().get("grpc-retry-pushback-ms")).isEqualTo("1000");
            assertThat(response.body()).isEmpty();
        }
    }

    @Test
    void aMalformedRequestIsAStatusOfGrpcToo() throws Exception {
        try (ForwardScene scene = open();
                Http2Caller caller = new Http2Caller(scene)) {
            Http2Caller.Response response =
                    Http2Caller.await(caller.send(HttpMethod.POST, "/api/a/%2e%2e/b", headers(), MESSAGE));

            assertThat(response.headers().get("grpc-status")).isEqualTo("3");
        }
    }

    /** A client that obeys would repeat a call with {@code UNAVAILABLE}, which never helps. */
    @Test
    void aRouteWithoutHttp2SendsNoCall() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open();
                Http2Caller caller = new Http2Caller(scene)) {
            MultiMap headers = Http2Caller.await(call(caller)).headers();

            assertThat(headers.get("grpc-status")).isEqualTo("9");
            assertThat(headers.get("grpc-message"))
                    .isEqualTo("configuration: gRPC needs HTTP/2, and this route speaks HTTP/1.1:"
                            + " write sidecar.forward.orders.protocol=http2");
            assertThat(headers.contains("grpc-retry-pushback-ms")).isFalse();
            assertThat(scene.api.requests()).isEmpty();
        }
    }

    @Test
    void aCallToAPortThatNeedsAPathLearnsOfPorts() throws Exception {
        try (ForwardScene scene = open();
                Http2Caller caller = new Http2Caller(scene)) {
            Http2Caller.Response response =
                    Http2Caller.await(caller.send(HttpMethod.POST, "/shop.Orders/Get", headers(), MESSAGE));

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.headers().get("grpc-status")).isEqualTo("12");
            assertThat(response.headers().get("grpc-message"))
                    .isEqualTo("unknown_forward: no route has the path of this call: give the route a port of its own,"
                            + " sidecar.forward.<name>.port");
            assertThat(caller.fetch("/shop.Orders/Get").status()).isEqualTo(404);
        }
    }

    @Test
    void manyCallsShareOneRefresh() throws Exception {
        try (ForwardScene scene = open();
                Http2Caller caller = new Http2Caller(scene)) {
            scene.api.handle(request -> request.body().onSuccess(body -> {
                if (hasToken(request, "access-2")) {
                    reply(request);
                } else {
                    StatusForm.TRAILERS_ONLY.send(request.response());
                }
            }));

            List<Future<Http2Caller.Response>> calls = java.util.stream.Stream.generate(() -> call(caller))
                    .limit(90)
                    .toList();

            for (Future<Http2Caller.Response> each : calls) {
                assertThat(Http2Caller.await(each).trailers().get("grpc-status"))
                        .isEqualTo("0");
            }
            assertThat(scene.authorizationServer.posts()).isEqualTo(2);
        }
    }
}
