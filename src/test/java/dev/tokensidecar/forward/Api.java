package dev.tokensidecar.forward;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An API that takes one token at a time, sends back what it gets, and remembers every request. */
final class Api implements AutoCloseable {

    static final String INVALID_TOKEN = "Bearer realm=\"api\", error=\"invalid_token\"";

    private final Vertx vertx = Vertx.vertx();
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private volatile String accepted = "access-1";
    private volatile Handler<HttpServerRequest> answer = this::echo;

    /** A request as it came. */
    record Seen(HttpMethod method, String uri, HttpVersion version, MultiMap headers, Buffer body) {
        @Nullable String token() {
            return headers.get("Authorization");
        }
    }

    Api(HttpServerOptions options) throws Exception {
        server = vertx.createHttpServer(options.setHost("127.0.0.1").setMaxHeaderSize(64 * 1024))
                .requestHandler(request -> answer.handle(request))
                .listen(0)
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    Vertx vertx() {
        return vertx;
    }

    int port() {
        return server.actualPort();
    }

    /** Takes this token from now on, and no other. */
    void accept(String token) {
        accepted = token;
    }

    /** Answers so from now on. */
    void answer(Handler<HttpServerRequest> next) {
        answer = next;
    }

    List<Seen> seen() {
        return seen;
    }

    void see(HttpServerRequest request, Buffer body) {
        seen.add(new Seen(
                request.method(),
                request.uri(),
                request.version(),
                MultiMap.caseInsensitiveMultiMap().addAll(request.headers()),
                body));
    }

    void echo(HttpServerRequest request) {
        var unused = request.body().onSuccess(body -> {
            see(request, body);
            if (("Bearer " + accepted).equals(request.getHeader("Authorization"))) {
                request.response().end(body);
            } else {
                refuse(request, INVALID_TOKEN);
            }
        });
    }

    static void refuse(HttpServerRequest request, String challenge) {
        var unused = request.response()
                .setStatusCode(401)
                .putHeader("WWW-Authenticate", challenge)
                .end("no");
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
