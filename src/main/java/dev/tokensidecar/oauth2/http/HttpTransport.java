package dev.tokensidecar.oauth2.http;

import dev.tokensidecar.egress.Authority;
import dev.tokensidecar.egress.ContentCodings;
import dev.tokensidecar.egress.FoldedFields;
import dev.tokensidecar.egress.HostAddresses;
import dev.tokensidecar.egress.ResponseFraming;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.InvalidResponse;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.TypeArg;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
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
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
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

    private static final int MAX_HEADER_BYTES = 64 * 1024;

    /**
     * Closes the connection by a reset. After a regular close the kernel keeps sending unacknowledged data: a request
     * that timed out long ago would arrive when the network recovers, and present a refresh token that has been used
     * since.
     */
    private static final int BY_RESET = 0;

    private final Vertx vertx;
    private final HostAddresses addresses;
    private final Supplier<HttpClientOptions> options;
    private final TransportLimits limits;

    /**
     * @param blocking resolves names and reads certificates, away from the event loops
     * @param options TLS, proxy and similar options; read for each exchange, so that renewed certificates take effect
     */
    public HttpTransport(Vertx vertx, Executor blocking, Supplier<HttpClientOptions> options, TransportLimits limits) {
        this(vertx, new HostAddresses(blocking), options, limits);
    }

    HttpTransport(Vertx vertx, HostAddresses addresses, Supplier<HttpClientOptions> options, TransportLimits limits) {
        this.vertx = vertx;
        this.addresses = addresses;
        this.options = options;
        this.limits = limits;
    }

    /** Fetches a document. Each subscription is one exchange. Fails only with a {@link RefreshFailure}. */
    public Uni<InboundResponse> get(URI uri) {
        return send(uri, new OutboundRequest(HttpMethod.GET, Map.of(), null));
    }

    /** Sends a request. Each subscription is one exchange. Fails only with a {@link RefreshFailure}. */
    public Uni<InboundResponse> send(URI uri, OutboundRequest outbound) {
        return resolve(uri).flatMap(found -> exchange(uri, outbound, found));
    }

    /**
     * Resolves the name on a blocking thread. The operating system's resolver has no time limit, and Vert.x would call it
     * on an event loop, where callers and probes wait.
     */
    private Uni<List<InetAddress>> resolve(URI uri) {
        String host = Authority.of(uri).hostWithoutBrackets();
        return Uni.createFrom()
                .completionStage(() -> addresses.of(host))
                .ifNoItem()
                .after(limits.connectTimeout())
                .fail()
                .onFailure()
                .transform(failure -> TransportFailures.classify(failure, false, uri));
    }

    /** Tries the next address if there was no connection to this one, so that nothing has been sent. */
    private Uni<InboundResponse> exchange(URI uri, OutboundRequest outbound, List<InetAddress> candidates) {
        InetAddress address = candidates.getFirst();
        List<InetAddress> others = candidates.subList(1, candidates.size());
        Duration full = limits.connectTimeout();
        Duration limit = others.isEmpty() ? full : full.dividedBy(2);
        Uni<InboundResponse> first = new HttpExchange(uri, address, limit).run(outbound);
        return others.isEmpty()
                ? first
                : first.onFailure(TransportFailures::isWithoutConnection)
                        .recoverWithUni(refused -> exchange(uri, outbound, others));
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
        private final Authority authority;
        private final InetAddress address;
        private final AtomicBoolean connected = new AtomicBoolean();
        private final AtomicReference<@Nullable HttpResponse<Void>> head = new AtomicReference<>();
        private final HttpClient client;

        HttpExchange(URI uri, InetAddress address, Duration connectLimit) {
            this.uri = uri;
            this.authority = Authority.of(uri);
            this.address = address;
            int millis = Math.toIntExact(Math.max(1, connectLimit.toMillis()));
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
            addresses.connected(authority.hostWithoutBrackets(), address);
            ResponseFraming.install(connection.getDelegate(), MAX_HEADER_BYTES, FoldedFields.JOINED, limits.timeout());
            // The exchange fails too. Without a handler, Vert.x logs the failure and quotes the server.
            connection.exceptionHandler(broken -> {});
        }

        Uni<InboundResponse> run(OutboundRequest outbound) {
            BoundedBody body = new BoundedBody(limits.maxBodyBytes());
            HttpRequest<io.vertx.core.buffer.Buffer> request = WebClient.wrap(client)
                    .request(outbound.method(), server(), target())
                    .putHeader("User-Agent", "token-sidecar")
                    .putHeader("Accept", "application/json")
                    .followRedirects(false)
                    .expect(this::received)
                    .as(BodyCodec.newInstance(body, TypeArg.unknown()));
            return send(request, outbound)
                    .map(complete -> response(complete, body, null))
                    .ifNoItem()
                    .after(limits.timeout())
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

        private SocketAddress server() {
            return SocketAddress.inetSocketAddress(authority.port(), address.getHostAddress());
        }

        private RequestOptions target() {
            String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
            return new RequestOptions()
                    .setSsl("https".equals(uri.getScheme()))
                    .setHost(authority.host())
                    .setPort(authority.port())
                    .setURI(uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery());
        }

        private InboundResponse response(HttpResponse<?> head, BoundedBody body, @Nullable RefreshFailure brokenOff) {
            Map<String, String> headers = new LinkedHashMap<>();
            head.headers().getDelegate().forEach(headers::putIfAbsent);
            // The sidecar asks for no coding. But a gateway may compress all the same, and the refresh token must not
            // be lost.
            byte[] decoded = ContentCodings.decode(
                    body.collected().getBytes(), head.getHeader("Content-Encoding"), limits.maxBodyBytes());
            if (decoded == null) {
                throw new InvalidResponse("the response has a content coding other than gzip and deflate, although the"
                        + " sidecar asks for none");
            }
            boolean tooLarge = decoded.length > limits.maxBodyBytes();
            RefreshFailure flaw =
                    tooLarge && brokenOff == null ? TransportFailures.tooLarge(uri, limits.maxBodyBytes()) : brokenOff;
            return new InboundResponse(
                    head.statusCode(),
                    headers,
                    SetCookies.read(head.headers().getAll("Set-Cookie")),
                    new String(decoded, StandardCharsets.UTF_8),
                    flaw);
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
