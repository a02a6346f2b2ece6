package dev.tokensidecar.forward;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import java.util.concurrent.TimeUnit;

/** An application that speaks HTTP/2 with prior knowledge, on one connection. */
final class Http2Caller implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = vertx.createHttpClient(
            new HttpClientOptions()
                    .setDefaultHost("localhost")
                    .setProtocolVersion(HttpVersion.HTTP_2)
                    .setHttp2ClearTextUpgrade(false),
            new PoolOptions().setHttp2MaxSize(1));
    private final int port;

    Http2Caller(ForwardScene scene) {
        this.port = scene.port();
    }

    record Response(int status, MultiMap headers, String body, MultiMap trailers) {}

    Future<HttpClientRequest> request(HttpMethod method, String path) {
        return client.request(method, port, "localhost", path);
    }

    Future<Response> send(HttpMethod method, String path, MultiMap headers, Buffer body) {
        return request(method, path).compose(request -> {
            request.headers().addAll(headers);
            return receive(body.length() == 0 ? request.send() : request.send(body));
        });
    }

    static Future<Response> receive(Future<HttpClientResponse> response) {
        return response.compose(head -> head.body()
                .map(body -> new Response(head.statusCode(), head.headers(), body.toString(), head.trailers())));
    }

    Response fetch(String path) throws Exception {
        return await(send(HttpMethod.GET, path, MultiMap.caseInsensitiveMultiMap(), Buffer.buffer()));
    }

    Response post(String path, String body) throws Exception {
        return await(send(HttpMethod.POST, path, MultiMap.caseInsensitiveMultiMap(), Buffer.buffer(body)));
    }

    static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
