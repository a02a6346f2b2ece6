package dev.tokensidecar.oauth2;

import dev.tokensidecar.egress.AnswerFraming;
import dev.tokensidecar.egress.FoldedFields;
import dev.tokensidecar.token.RefreshFailure;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.smallrye.mutiny.vertx.TypeArg;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.core.http.HttpClient;
import io.vertx.mutiny.core.http.HttpConnection;
import io.vertx.mutiny.core.net.SocketAddress;
import io.vertx.mutiny.ext.web.client.HttpRequest;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import io.vertx.mutiny.ext.web.client.WebClient;
import io.vertx.mutiny.ext.web.codec.BodyCodec;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * HTTP as a token endpoint needs it: one request, one answer, no redirects, no repeats, a bounded body, and a connection
 * that is dead when the exchange is over, however it ended.
 *
 * <p>Each exchange has a client of its own, with one connection in it. Cancelling a request of the Web Client, or
 * letting it time out, leaves the request running; closing its client does not. A connection from a pool would save a
 * handshake every few minutes, and break now and then just when it is used, so that nobody knows whether the refresh
 * token is spent. The connect handler tells exactly from when on that may be.
 */
public final class HttpTransport {

    static final int MAX_BODY_BYTES = 64 * 1024;

    private static final int MAX_HEADER_BYTES = 8 * 1024;

    /**
     * A connection is closed by a reset. After a regular end the kernel goes on sending what was not acknowledged: a
     * request that was given up long ago would arrive once the network is well again, and present a refresh token that is
     * used up by then.
     */
    private static final int AT_ONCE = 0;

    private final Vertx vertx;
    private final Executor blocking;
    private final Supplier<HttpClientOptions> options;
    private final Duration connectTimeout;
    private final Duration timeout;

    /**
     * @param blocking where names are resolved and certificates are read, away from the event loops
     * @param options TLS, proxy and the like; asked for each exchange, so that renewed certificates come into force
     * @param connectTimeout limit for name resolution, and again for connection and TLS handshake together
     * @param timeout limit for the whole exchange, up to the last byte of the answer
     */
    public HttpTransport(
            Vertx vertx,
            Executor blocking,
            Supplier<HttpClientOptions> options,
            Duration connectTimeout,
            Duration timeout) {
        this.vertx = vertx;
        this.blocking = blocking;
        this.options = options;
        this.connectTimeout = connectTimeout;
        this.timeout = timeout;
    }

    /** Fetches a document. Each subscription is one exchange; fails with a {@link RefreshFailure} only. */
    Uni<HttpAnswer> get(URI uri) {
        return send(uri, new HttpQuestion(HttpMethod.GET, Map.of(), null));
    }

    /** Sends any request. Each subscription is one exchange; fails with a {@link RefreshFailure} only. */
    Uni<HttpAnswer> send(URI uri, HttpQuestion question) {
        return resolve(uri).flatMap(server -> new Exchange(uri).run(server, question));
    }

    /**
     * The resolver of the operating system blocks for as long as it likes. Vert.x would let it do so on an event loop,
     * where callers and probes wait.
     */
    private Uni<SocketAddress> resolve(URI uri) {
        return Uni.createFrom()
                .<InetAddress>emitter(emitter -> blocking.execute(() -> resolve(uri.getHost(), emitter)))
                .ifNoItem()
                .after(connectTimeout)
                .fail()
                .map(host -> SocketAddress.inetSocketAddress(TransportFailures.port(uri), host.getHostAddress()))
                .onFailure()
                .transform(failure -> TransportFailures.classify(failure, false, uri));
    }

    private static void resolve(String host, UniEmitter<? super InetAddress> emitter) {
        try {
            emitter.complete(InetAddress.getByName(host));
        } catch (UnknownHostException unknown) {
            emitter.fail(unknown);
        }
    }

    private static Uni<HttpResponse<String>> send(HttpRequest<String> request, HttpQuestion question) {
        HttpQuestion.Body body = question.body();
        if (body != null) {
            request.putHeader("Content-Type", body.contentType());
        }
        question.headers().forEach((name, value) -> request.putHeader(name, value.reveal()));
        return body == null ? request.send() : request.sendBuffer(Buffer.buffer(body.content()));
    }

    private static HttpAnswer answer(HttpResponse<String> response) {
        Map<String, String> headers = new LinkedHashMap<>();
        response.headers().getDelegate().forEach(headers::putIfAbsent);
        return new HttpAnswer(response.statusCode(), headers, response.body());
    }

    private final class Exchange {

        private final URI uri;
        private final AtomicBoolean connected = new AtomicBoolean();
        private final HttpClient client;

        Exchange(URI uri) {
            this.uri = uri;
            int millis = Math.toIntExact(connectTimeout.toMillis());
            HttpClientOptions ours = new HttpClientOptions(options.get())
                    .setKeepAlive(false)
                    .setSoLinger(AT_ONCE)
                    .setConnectTimeout(millis)
                    .setSslHandshakeTimeout(millis)
                    .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
            this.client = vertx.httpClientBuilder()
                    .with(ours)
                    .withConnectHandler(this::connected)
                    .build();
        }

        private void connected(HttpConnection connection) {
            connected.set(true);
            AnswerFraming.install(connection.getDelegate(), MAX_HEADER_BYTES, FoldedFields.JOINED, timeout);
            // The exchange fails as well. Without a handler the connection logs what went wrong, and quotes the server.
            connection.exceptionHandler(broken -> {});
        }

        Uni<HttpAnswer> run(SocketAddress server, HttpQuestion question) {
            HttpRequest<String> request = WebClient.wrap(client)
                    .requestAbs(question.method(), server, uri.toString())
                    .putHeader("User-Agent", "token-sidecar")
                    .putHeader("Accept", "application/json")
                    .followRedirects(false)
                    .connectTimeout(connectTimeout.toMillis())
                    .as(BodyCodec.newInstance(new BoundedBody(MAX_BODY_BYTES), TypeArg.unknown()));
            return send(request, question)
                    .map(HttpTransport::answer)
                    .ifNoItem()
                    .after(timeout)
                    .fail()
                    .onFailure()
                    .transform(failure -> TransportFailures.classify(failure, connected.get(), uri))
                    // Waited for: who hears of the failure may send the next request at once.
                    .onFailure()
                    .call(client::close)
                    .onItem()
                    .invoke(client::closeAndForget)
                    .onCancellation()
                    .invoke(client::closeAndForget);
        }
    }
}
