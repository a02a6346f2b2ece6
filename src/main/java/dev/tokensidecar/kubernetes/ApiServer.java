package dev.tokensidecar.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tokensidecar.kubernetes.ApiExchange.ReplyReader;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreProblem;
import dev.tokensidecar.token.TokenRuntime;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.mutiny.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The API server of Kubernetes, for all Secrets of this process: reads, writes and watches one Secret, and creates Events. Everything fails with
 * a {@link StoreFailure}, and a write with a {@link dev.tokensidecar.token.RecordConflict} if the Secret has changed.
 * Results and failures arrive on the serial executor.
 */
public final class ApiServer implements AutoCloseable {

    /** The API server accepts no larger object. */
    private static final int MAX_BYTES = 1536 * 1024;

    /** The first response after a restart of the API server can be a 403, before it has read its roles. */
    private static final Duration DISBELIEF = Duration.ofMillis(300);

    private static final Duration DEFAULT_PAUSE = Duration.ofSeconds(1);
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,6}");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final io.vertx.core.Vertx vertx;
    private final ServiceAccount account;
    private final TokenRuntime runtime;
    private final Executor serialExecutor;
    private final ApiConnections connections;
    private final CallBudget budget;
    private final ServerClock clock = new ServerClock();

    /**
     * Connects to nothing yet.
     *
     * @param serialExecutor reads files, encrypts and delivers results, on one thread that may block
     */
    public ApiServer(Vertx vertx, ServiceAccount account, TokenRuntime runtime, Executor serialExecutor) {
        this.vertx = vertx.getDelegate();
        this.account = account;
        this.runtime = runtime;
        this.serialExecutor = serialExecutor;
        this.connections = new ApiConnections(this.vertx);
        this.budget = new CallBudget(runtime.time());
    }

    ServiceAccount account() {
        return account;
    }

    TokenRuntime runtime() {
        return runtime;
    }

    Executor serialExecutor() {
        return serialExecutor;
    }

    /** Returns the clock that its responses show. */
    ServerClock clock() {
        return clock;
    }

    /** Reads a Secret. */
    Uni<SecretObject> get(SecretReference secret) {
        return call(ApiRequest.get(secret), SecretObject::parse);
    }

    /**
     * Writes one key of a Secret, if the Secret still has this version. Waits for the end of a pause for which the API
     * server has asked, because a refresh token that was issued has to be saved; the caller limits the time.
     *
     * @return the new version
     */
    Uni<String> patch(SecretReference secret, String key, byte[] content, String version) {
        ApiRequest request = ApiRequest.patch(secret, key, content, version);
        return Uni.createFrom().deferred(() -> after(budget.pauseLeft(), () -> call(request, SecretObject::version)));
    }

    /** Creates an Event in the namespace of this pod. */
    Uni<Void> create(Function<String, ObjectNode> event) {
        return Uni.createFrom()
                .item(account::namespace)
                .runSubscriptionOn(serialExecutor)
                .chain(namespace -> attempt(ApiRequest.event(namespace, event.apply(namespace)), created -> created))
                .replaceWithVoid();
    }

    /** Hears about a watch, on the serial executor. */
    interface WatchReader {

        /** The API server has accepted the watch. */
        void opened();

        /**
         * Reads one event. The watch fails with the exception that this throws.
         *
         * @param line the event as JSON
         */
        void event(byte[] line);
    }

    /**
     * Watches a Secret.
     *
     * @param version the changes after it are reported
     * @param length when the API server ends the watch
     * @return completes when the watch has ended as planned; fails with {@link StaleVersion} if this version is too old
     */
    Uni<Void> watch(SecretReference secret, String version, Duration length, WatchReader reader) {
        ApiRequest request = ApiRequest.watch(secret, version, length.toSeconds());
        return exchange(request, (response, exchange) -> {
            if (response.statusCode() != 200) {
                exchange.fail(rejected(ApiReply.head(response), request));
                return;
            }
            exchange.limit(length.plus(ApiExchange.TIMEOUT));
            inOrder(exchange, reader::opened);
            readLines(response, exchange, new LineSplitter(MAX_BYTES, reader::event));
        });
    }

    /** Reads no further before the lines so far were processed, so that few of them are in memory. */
    private void readLines(HttpClientResponse response, ApiExchange<Void> exchange, LineSplitter lines) {
        Context eventLoop = vertx.getOrCreateContext();
        response.handler(chunk -> {
            response.pause();
            inOrder(exchange, () -> {
                lines.add(chunk.getBytes());
                eventLoop.runOnContext(processed -> response.resume());
            });
        });
        response.endHandler(end -> exchange.complete(null));
    }

    private void inOrder(ApiExchange<Void> exchange, Runnable step) {
        serialExecutor.execute(() -> {
            try {
                step.run();
            } catch (RuntimeException e) {
                exchange.fail(e);
            }
        });
    }

    private <T> Uni<T> call(ApiRequest request, Function<JsonNode, T> parser) {
        return attempt(request, parser)
                .onFailure(ApiFailures::isForbidden)
                .recoverWithUni(() -> after(jittered(DISBELIEF), () -> attempt(request, parser)));
    }

    private <T> Uni<T> attempt(ApiRequest request, Function<JsonNode, T> parser) {
        return exchange(request, ApiServer::readWhole).map(reply -> {
            if (!reply.success()) {
                throw rejected(reply, request);
            }
            try {
                return parser.apply(JSON.readTree(reply.body().getBytes()));
            } catch (IOException | IllegalArgumentException e) {
                // drops the cause on purpose: parsers quote what they read
                throw ApiFailures.unexpected(request);
            }
        });
    }

    private static void readWhole(HttpClientResponse response, ApiExchange<ApiReply> exchange) {
        Buffer body = Buffer.buffer();
        response.handler(chunk -> {
            if (body.length() + chunk.length() > MAX_BYTES) {
                exchange.fail(new IllegalArgumentException("the response is too large"));
            } else {
                body.appendBuffer(chunk);
            }
        });
        response.endHandler(end -> exchange.complete(ApiReply.with(response, body)));
    }

    private RuntimeException rejected(ApiReply reply, ApiRequest request) {
        if (ApiFailures.isThrottled(reply)) {
            budget.pause(pause(reply.retryAfter()));
        }
        return ApiFailures.of(reply, request);
    }

    /** The API server sends seconds, not dates. */
    private static Duration pause(@Nullable String retryAfter) {
        return retryAfter != null && SECONDS.matcher(retryAfter).matches()
                ? Duration.ofSeconds(Long.parseLong(retryAfter))
                : DEFAULT_PAUSE;
    }

    private <T> Uni<T> exchange(ApiRequest request, ReplyReader<T> reader) {
        return Uni.createFrom()
                .<T>emitter(emitter -> start(request, reader, emitter))
                .runSubscriptionOn(serialExecutor)
                .emitOn(serialExecutor)
                .onFailure()
                .transform(failure -> ApiFailures.of(failure, request));
    }

    private <T> void start(ApiRequest request, ReplyReader<T> reader, UniEmitter<? super T> emitter) {
        try {
            admit(request);
            RequestOptions options = options(request);
            ApiExchange<T> exchange = new ApiExchange<>(emitter, runtime, clock, reader);
            emitter.onTermination(exchange::cancel);
            exchange.start(connections.trusting(account.authorities()), options, request.body());
        } catch (StoreFailure | UnknownHostException e) {
            emitter.fail(e);
        }
    }

    private void admit(ApiRequest request) {
        if (!budget.pauseLeft().isZero()) {
            throw new StoreFailure(
                    StoreProblem.THROTTLED,
                    "no " + request + " yet: the API server of Kubernetes asked for fewer requests");
        }
        if (!budget.take(request.isWrite())) {
            throw new StoreFailure(
                    StoreProblem.THROTTLED,
                    "no " + request + " yet: this process has made too many requests to the API server of Kubernetes");
        }
    }

    /** Resolves the name here, because Vert.x would do so on the event loop. Normally it is an address. */
    private RequestOptions options(ApiRequest request) throws UnknownHostException {
        String host = account.host();
        int port = account.port();
        RequestOptions options = new RequestOptions()
                .setMethod(request.method())
                .setServer(SocketAddress.inetSocketAddress(
                        port, InetAddress.getByName(host).getHostAddress()))
                .setHost(host)
                .setPort(port)
                .setURI(request.uri())
                .putHeader("Authorization", "Bearer " + account.token().reveal())
                .putHeader("Accept", request.accept())
                .putHeader("User-Agent", "token-sidecar");
        if (request.isWatch()) {
            // Vert.x may hand the connection to the next request while the end of the watch, which closes it, is
            // processed
            return options.putHeader("Connection", "close");
        }
        return request.body().length() == 0 ? options : options.putHeader("Content-Type", request.contentType());
    }

    /** Returns a time of once to twice this length. */
    private Duration jittered(Duration length) {
        return length.plusMillis(runtime.random().nextLong(length.toMillis()));
    }

    private <T> Uni<T> after(Duration pause, Supplier<Uni<T>> next) {
        return pause.isZero()
                ? next.get()
                : Uni.createFrom()
                        .voidItem()
                        .onItem()
                        .delayIt()
                        .onExecutor(runtime.timers())
                        .by(pause.plusMillis(1))
                        .chain(waited -> next.get());
    }

    /** Closes all connections. Stores that use them should be closed before. */
    @Override
    public void close() {
        connections.close();
    }
}
