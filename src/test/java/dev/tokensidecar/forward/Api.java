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
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** An API that accepts one token at a time, echoes request bodies, and records every request. */
final class Api implements AutoCloseable {

    static final String INVALID_TOKEN = "Bearer realm=\"api\", error=\"invalid_token\"";

    private static final String BEARER = "Bearer ";

    private final Vertx vertx = Vertx.vertx();
    private final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private volatile Predicate<String> accepted = "access-1"::equals;
    private volatile Handler<HttpServerRequest> handler = this::echo;

    /** A request as it arrived. */
    record RecordedRequest(HttpMethod method, String uri, HttpVersion version, MultiMap headers, Buffer body) {
        @Nullable String token() {
            return headers.get("Authorization");
        }
    }

    Api(HttpServerOptions options) throws Exception {
        server = vertx.createHttpServer(options.setMaxHeaderSize(64 * 1024))
                .requestHandler(request -> handler.handle(request))
                .listen(0, "127.0.0.1")
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

    /** Accepts this token from now on, and no other. */
    void accept(String token) {
        accepted = token::equals;
    }

    /** Accepts every token from now on, except these. */
    void acceptAllBut(String... tokens) {
        Set<String> rejected = Set.of(tokens);
        accepted = token -> !rejected.contains(token);
    }

    /** Handles requests like this from now on. */
    void handle(Handler<HttpServerRequest> next) {
        handler = next;
    }

    List<RecordedRequest> requests() {
        return requests;
    }

    void record(HttpServerRequest request, Buffer body) {
        requests.add(new RecordedRequest(
                request.method(),
                request.uri(),
                request.version(),
                MultiMap.caseInsensitiveMultiMap().addAll(request.headers()),
                body));
    }

    void echo(HttpServerRequest request) {
        var unused = request.body().onSuccess(body -> {
            record(request, body);
            String authorization = String.valueOf(request.getHeader("Authorization"));
            if (authorization.startsWith(BEARER) && accepted.test(authorization.substring(BEARER.length()))) {
                request.response().end(body);
            } else {
                reject(request, INVALID_TOKEN);
            }
        });
    }

    static void reject(HttpServerRequest request, String challenge) {
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
