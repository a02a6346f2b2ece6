package dev.tokensidecar.oauth2.http;

import dev.tokensidecar.egress.Authority;
import dev.tokensidecar.egress.HostAddresses;
import dev.tokensidecar.token.RefreshFailure;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.mutiny.core.Vertx;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

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
        // The options are read on the thread that has resolved the name, which may block.
        return resolve(uri).flatMap(found -> exchange(uri, outbound, found, new HttpClientOptions(options.get())));
    }

    /**
     * Resolves the name on a blocking thread. The operating system's resolver has no time limit, and Vert.x would call it
     * on an event loop, where callers and probes wait.
     */
    private Uni<List<InetAddress>> resolve(URI uri) {
        return Uni.createFrom()
                .completionStage(() -> addresses.of(host(uri)))
                .ifNoItem()
                .after(limits.connectTimeout())
                .fail()
                .onFailure()
                .transform(failure -> TransportFailures.classify(failure, false, uri));
    }

    /** Tries the next address if there was no connection to this one, so that nothing has been sent. */
    private Uni<InboundResponse> exchange(
            URI uri, OutboundRequest outbound, List<InetAddress> candidates, HttpClientOptions common) {
        InetAddress address = candidates.getFirst();
        List<InetAddress> others = candidates.subList(1, candidates.size());
        Duration full = limits.connectTimeout();
        int limit = millis(others.isEmpty() ? full : full.dividedBy(2));
        HttpClientOptions exchangeOptions = new HttpClientOptions(common)
                .setConnectTimeout(limit)
                .setSslHandshakeTimeout(limit)
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
        Uni<InboundResponse> first = new HttpExchange(
                        vertx, exchangeOptions, limits, uri, address, memory(host(uri), address))
                .run(outbound);
        return others.isEmpty()
                ? first
                : first.onFailure(TransportFailures::isWithoutConnection)
                        .recoverWithUni(refused -> exchange(uri, outbound, others, common));
    }

    private HttpExchange.ConnectionObserver memory(String host, InetAddress address) {
        return new HttpExchange.ConnectionObserver() {
            @Override
            public void connected() {
                addresses.connected(host, address);
            }

            @Override
            public void failed() {
                addresses.failed(host, address);
            }
        };
    }

    private static String host(URI uri) {
        return Authority.of(uri).hostWithoutBrackets();
    }

    private static int millis(Duration limit) {
        return Math.toIntExact(Math.max(1, limit.toMillis()));
    }
}
