package dev.tokensidecar.oauth2.http;

import dev.tokensidecar.egress.ContentCodings;
import dev.tokensidecar.egress.FoldedFields;
import dev.tokensidecar.egress.ProxyFailure;
import dev.tokensidecar.egress.ResponseFraming;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.InvalidResponse;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.TypeArg;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ProxyOptions;
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
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** One request and its response, on a connection of its own to one address. See {@link HttpTransport}. */
@SuppressWarnings("deprecation") // Web Client 4 shows a head before its body in no other way
final class HttpExchange {

    private static final int MAX_HEADER_BYTES = 64 * 1024;

    /**
     * Closes the connection by a reset. After a regular close the kernel keeps sending unacknowledged data: a request
     * that timed out long ago would arrive when the network recovers, and present a refresh token that has been used
     * since.
     */
    private static final int BY_RESET = 0;

    /** Learns which addresses of a host are of use. */
    interface ConnectionObserver {

        /**
         * The connection is open.
         *
         * @param tls null without TLS
         */
        void connected(@Nullable SSLSession tls);

        /** The exchange has failed after that. */
        void failed();
    }

    private final TransportLimits limits;
    private final Destination destination;
    private final InetAddress address;
    private final @Nullable ProxyOptions proxy;
    private final long connectTimeoutMillis;
    private final ConnectionObserver observer;
    private final AtomicBoolean connected = new AtomicBoolean();
    private final AtomicReference<@Nullable HttpResponse<Void>> head = new AtomicReference<>();
    private final HttpClient client;

    /**
     * Prepares an exchange. Nothing is sent before {@link #run}.
     *
     * @param options TLS and the limits for the connection
     * @param address the address of the next hop to connect to
     * @param proxy how to connect to the proxy at that address; null to connect to the server
     * @param observer learns about the connection
     */
    HttpExchange(
            Vertx vertx,
            HttpClientOptions options,
            TransportLimits limits,
            Destination destination,
            InetAddress address,
            @Nullable ProxyOptions proxy,
            ConnectionObserver observer) {
        this.limits = limits;
        this.destination = destination;
        this.address = address;
        this.proxy = proxy;
        this.connectTimeoutMillis = options.getConnectTimeout();
        this.observer = observer;
        this.client = vertx.httpClientBuilder()
                .with(options.setKeepAlive(false).setSoLinger(BY_RESET))
                .withConnectHandler(this::connected)
                .build();
    }

    private void connected(HttpConnection connection) {
        connected.set(true);
        observer.connected(connection.getDelegate().sslSession());
        ResponseFraming.install(connection.getDelegate(), MAX_HEADER_BYTES, FoldedFields.JOINED, limits.timeout());
        // The exchange fails too. Without a handler, Vert.x logs the failure and quotes the server.
        connection.exceptionHandler(broken -> {});
    }

    /** Whether there was a connection. Without one, nothing was sent. */
    boolean wasConnected() {
        return connected.get();
    }

    Uni<InboundResponse> run(OutboundRequest outbound) {
        BoundedBody body = new BoundedBody(limits.maxBodyBytes());
        HttpRequest<io.vertx.core.buffer.Buffer> request = request(outbound.method())
                .putHeader("User-Agent", "token-sidecar")
                .putHeader("Accept", "application/json")
                .followRedirects(false)
                .connectTimeout(connectTimeoutMillis)
                .expect(this::received)
                .as(BodyCodec.newInstance(body, TypeArg.unknown()));
        return send(request, outbound)
                .map(complete -> ofServer(complete, body))
                .ifNoItem()
                .after(limits.timeout())
                .fail()
                .onFailure()
                .transform(failure -> TransportFailures.classify(failure, connected.get(), destination))
                .onFailure()
                .invoke(this::failed)
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

    private static Uni<HttpResponse<io.vertx.core.buffer.Buffer>> send(
            HttpRequest<io.vertx.core.buffer.Buffer> request, OutboundRequest outbound) {
        OutboundRequest.Payload body = outbound.body();
        if (body != null) {
            request.putHeader("Content-Type", body.contentType());
        }
        outbound.headers().forEach((name, value) -> request.putHeader(name, value.reveal()));
        return body == null ? request.send() : request.sendBuffer(Buffer.buffer(body.content()));
    }

    private void failed(Throwable failure) {
        if (connected.get()) {
            observer.failed();
        }
    }

    /** Names no address of the server if there is a proxy, which resolves the name itself. */
    private HttpRequest<Buffer> request(HttpMethod method) {
        WebClient web = WebClient.wrap(client);
        return proxy == null
                ? web.request(
                        method,
                        SocketAddress.inetSocketAddress(destination.server().port(), address.getHostAddress()),
                        target())
                : web.request(method, target()).proxy(proxy);
    }

    private RequestOptions target() {
        URI uri = destination.uri();
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return new RequestOptions()
                .setSsl("https".equals(uri.getScheme()))
                .setHost(destination.server().host())
                .setPort(destination.server().port())
                .setURI(uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery());
    }

    /** Without a tunnel, the proxy speaks in the place of the server. Its wish for credentials is not the server's. */
    private InboundResponse ofServer(HttpResponse<?> head, BoundedBody body) {
        boolean proxySpeaks = proxy != null && !destination.isTunnelled();
        if (proxySpeaks && head.statusCode() == ProxyFailure.AUTHENTICATION_REQUIRED) {
            throw TransportFailures.rejectedByProxy(destination);
        }
        return response(head, body, null);
    }

    private InboundResponse response(HttpResponse<?> head, BoundedBody body, @Nullable RefreshFailure brokenOff) {
        Map<String, String> headers = new LinkedHashMap<>();
        head.headers().getDelegate().forEach(headers::putIfAbsent);
        // The sidecar asks for no coding. But a gateway may compress all the same, and the refresh token must not
        // be lost.
        byte[] decoded = ContentCodings.decode(
                body.collected().getBytes(), head.getHeader("Content-Encoding"), limits.maxBodyBytes());
        byte[] readable = decoded == null ? new byte[0] : decoded;
        RefreshFailure flaw = brokenOff == null ? flaw(decoded) : brokenOff;
        return new InboundResponse(
                head.statusCode(),
                headers,
                SetCookies.read(head.headers().getAll("Set-Cookie")),
                new String(readable, StandardCharsets.UTF_8),
                flaw);
    }

    /** Returns what is wrong with a body that has arrived completely; null for nothing. */
    private @Nullable RefreshFailure flaw(byte @Nullable [] decoded) {
        if (decoded == null) {
            return new InvalidResponse("the response has a content coding other than gzip and deflate, although the"
                    + " sidecar asks for none");
        }
        return decoded.length > limits.maxBodyBytes()
                ? TransportFailures.tooLarge(destination, limits.maxBodyBytes())
                : null;
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
