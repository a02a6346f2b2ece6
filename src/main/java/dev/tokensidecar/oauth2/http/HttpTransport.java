package dev.tokensidecar.oauth2.http;

import dev.tokensidecar.egress.FoldedFields;
import dev.tokensidecar.egress.ResponseFraming;
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
import io.vertx.mutiny.ext.web.client.predicate.ResponsePredicateResult;
import io.vertx.mutiny.ext.web.codec.BodyCodec;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * HTTP as a token endpoint needs it: one request, one response, no redirects, no retries, a bounded body, and a
 * connection that closes when the exchange ends, however it ends.
 *
 * <p>Each exchange has its own client with one connection. Cancelling a request of the Web Client, or letting it time
 * out, leaves the request running; closing the client does not. A pooled connection would save a handshake every few
 * minutes. But it may break just when it is used, and then nobody knows whether the refresh token has been used. The
 * connect handler marks the moment from which this is possible.
 */
public final class HttpTransport {

    /** An access token with the groups of a user may have some hundred kilobytes. */
    static final int MAX_BODY_BYTES = 1024 * 1024;

    private static final int MAX_HEADER_BYTES = 64 * 1024;

    /**
     * Closes the connection by a reset. After a regular close the kernel keeps sending unacknowledged data: a request
     * that timed out long ago would arrive when the network recovers, and present a refresh token that has been used
     * since.
     */
    private static final int BY_RESET = 0;

    private final Vertx vertx;
    private final Executor blocking;
    private final Supplier<HttpClientOptions> options;
    private final Duration connectTimeout;
    private final Duration timeout;

    /**
     * @param blocking resolves names and reads certificates, away from the event loops
     * @param options TLS, proxy and similar options; read for each exchange, so that renewed certificates take effect
     * @param connectTimeout limit for name resolution, and again for connection and TLS handshake together
     * @param timeout limit for the whole exchange, up to the last byte of the response
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

    /** Fetches a document. Each subscription is one exchange. Fails only with a {@link RefreshFailure}. */
    public Uni<InboundResponse> get(URI uri) {
        return send(uri, new OutboundRequest(HttpMethod.GET, Map.of(), null));
    }

    /** Sends a request. Each subscription is one exchange. Fails only with a {@link RefreshFailure}. */
    public Uni<InboundResponse> send(URI uri, OutboundRequest outbound) {
        return resolve(uri).flatMap(server -> new HttpExchange(uri).run(server, outbound));
    }

    /**
     * Resolves the name on a blocking thread. The operating system's resolver has no time limit, and Vert.x would call it
     * on an event loop, where callers and probes wait.
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

    private static Uni<HttpResponse<io.vertx.core.buffer.Buffer>> send(
            HttpRequest<io.vertx.core.buffer.Buffer> request, OutboundRequest outbound) {
        OutboundRequest.Payload body = outbound.body();
        if (body != null) {
            request.putHeader("Content-Type", body.contentType());
        }
        outbound.headers().forEach((name, value) -> request.putHeader(name, value.reveal()));
        return body == null ? request.send() : request.sendBuffer(Buffer.buffer(body.content()));
    }

    @SuppressWarnings("deprecation") // Web Client 4 shows a head before its body in no other way
    private final class HttpExchange {

        private final URI uri;
        private final AtomicBoolean connected = new AtomicBoolean();
        private final AtomicReference<@Nullable HttpResponse<Void>> head = new AtomicReference<>();
        private final HttpClient client;

        HttpExchange(URI uri) {
            this.uri = uri;
            int millis = Math.toIntExact(connectTimeout.toMillis());
            HttpClientOptions exchangeOptions = new HttpClientOptions(options.get())
                    .setKeepAlive(false)
                    .setSoLinger(BY_RESET)
                    .setConnectTimeout(millis)
                    .setSslHandshakeTimeout(millis)
                    .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
            this.client = vertx.httpClientBuilder()
                    .with(exchangeOptions)
                    .withConnectHandler(this::connected)
                    .build();
        }

        private void connected(HttpConnection connection) {
            connected.set(true);
            ResponseFraming.install(connection.getDelegate(), MAX_HEADER_BYTES, FoldedFields.JOINED, timeout);
            // The exchange fails too. Without a handler, Vert.x logs the failure and quotes the server.
            connection.exceptionHandler(broken -> {});
        }

        Uni<InboundResponse> run(SocketAddress server, OutboundRequest outbound) {
            BoundedBody body = new BoundedBody(MAX_BODY_BYTES);
            HttpRequest<io.vertx.core.buffer.Buffer> request = WebClient.wrap(client)
                    .requestAbs(outbound.method(), server, uri.toString())
                    .putHeader("User-Agent", "token-sidecar")
                    .putHeader("Accept", "application/json")
                    .followRedirects(false)
                    .connectTimeout(connectTimeout.toMillis())
                    .expect(this::received)
                    .as(BodyCodec.newInstance(body, TypeArg.unknown()));
            return send(request, outbound)
                    .map(complete -> response(complete, body, null))
                    .ifNoItem()
                    .after(timeout)
                    .fail()
                    .onFailure()
                    .transform(failure -> TransportFailures.classify(failure, connected.get(), uri))
                    .onFailure(RefreshFailure.class)
                    .recoverWithUni(failure -> beginning(body, failure))
                    // Waits for the close: the subscriber may send the next request as soon as it sees the failure.
                    .onFailure()
                    .call(client::close)
                    .onItem()
                    .call(client::close)
                    .onCancellation()
                    .invoke(client::closeAndForget);
        }

        private InboundResponse response(HttpResponse<?> head, BoundedBody body, @Nullable RefreshFailure brokenOff) {
            Map<String, String> headers = new LinkedHashMap<>();
            head.headers().getDelegate().forEach(headers::putIfAbsent);
            byte[] decoded = ContentCodings.decode(
                    body.collected().getBytes(), head.getHeader("Content-Encoding"), MAX_BODY_BYTES);
            boolean tooLarge = decoded.length > MAX_BODY_BYTES;
            RefreshFailure flaw = tooLarge && brokenOff == null ? TransportFailures.tooLarge(uri) : brokenOff;
            return new InboundResponse(head.statusCode(), headers, new String(decoded, StandardCharsets.UTF_8), flaw);
        }

        /** The Web Client keeps the head of a response to itself if its body breaks off. */
        private ResponsePredicateResult received(HttpResponse<Void> response) {
            head.set(response);
            return ResponsePredicateResult.success();
        }

        /** The beginning of a success may contain the new refresh token. */
        private Uni<InboundResponse> beginning(BoundedBody body, RefreshFailure failure) {
            HttpResponse<Void> received = head.get();
            return received == null || received.statusCode() / 100 != 2
                    ? Uni.createFrom().failure(failure)
                    : Uni.createFrom().item(() -> response(received, body, failure));
        }
    }
}
