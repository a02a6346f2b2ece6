package dev.tokensidecar.oauth2.http;

import dev.tokensidecar.egress.HostAddresses;
import dev.tokensidecar.egress.ProxyRules;
import dev.tokensidecar.egress.ProxyServer;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.Secret;
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
import javax.net.ssl.SSLSession;
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

    private final Vertx vertx;
    private final HostAddresses addresses;
    private final Supplier<HttpClientOptions> options;
    private final ProxyRules proxies;
    private final TransportLimits limits;
    private final ExchangeWatch watch;

    /**
     * @param blocking resolves names and reads certificates, away from the event loops
     * @param options TLS and similar options; read for each exchange, so that renewed certificates take effect
     */
    public HttpTransport(
            Vertx vertx,
            Executor blocking,
            Supplier<HttpClientOptions> options,
            ProxyRules proxies,
            TransportLimits limits) {
        this(vertx, new HostAddresses(blocking), options, proxies, limits);
    }

    HttpTransport(
            Vertx vertx,
            HostAddresses addresses,
            Supplier<HttpClientOptions> options,
            ProxyRules proxies,
            TransportLimits limits) {
        this(vertx, addresses, options, proxies, limits, ExchangeWatch.NONE);
    }

    private HttpTransport(
            Vertx vertx,
            HostAddresses addresses,
            Supplier<HttpClientOptions> options,
            ProxyRules proxies,
            TransportLimits limits,
            ExchangeWatch watch) {
        this.vertx = vertx;
        this.addresses = addresses;
        this.options = options;
        this.proxies = proxies;
        this.limits = limits;
        this.watch = watch;
    }

    /** Returns the same transport with somebody who sees what servers show of themselves. */
    public HttpTransport watchedBy(ExchangeWatch watch) {
        return new HttpTransport(vertx, addresses, options, proxies, limits, watch);
    }

    /** Fetches a document. Each subscription is one exchange. Fails only with a {@link RefreshFailure}. */
    public Uni<InboundResponse> get(URI uri) {
        return send(uri, new OutboundRequest(HttpMethod.GET, Map.of(), null));
    }

    /** Sends a request. Each subscription is one exchange. Fails only with a {@link RefreshFailure}. */
    public Uni<InboundResponse> send(URI uri, OutboundRequest outbound) {
        Destination destination = new Destination(uri, proxies.proxyFor(uri));
        // The options and credentials are read on the thread that has resolved the name, which may block.
        return resolve(destination)
                .flatMap(found -> attempt(destination, outbound).to(found))
                .onItem()
                .invoke(watch::received);
    }

    private Attempt attempt(Destination destination, OutboundRequest outbound) {
        ProxyServer proxy = destination.proxy();
        return new Attempt(
                destination,
                outbound,
                new HttpClientOptions(options.get()),
                proxy == null ? null : proxy.readCredentials());
    }

    /**
     * Resolves the name of the next hop on a blocking thread. The operating system's resolver has no time limit, and
     * Vert.x would call it on an event loop, where callers and probes wait.
     */
    private Uni<List<InetAddress>> resolve(Destination destination) {
        return Uni.createFrom()
                .completionStage(() -> addresses.of(host(destination)))
                .ifNoItem()
                .after(limits.connectTimeout())
                .fail()
                .onFailure()
                .transform(failure -> TransportFailures.classify(failure, false, destination));
    }

    /** One request, which is sent once, to one address or another of the next hop. */
    private final class Attempt {
        private final Destination destination;
        private final OutboundRequest outbound;
        private final HttpClientOptions common;
        private final @Nullable Secret credentials;

        Attempt(
                Destination destination,
                OutboundRequest outbound,
                HttpClientOptions common,
                @Nullable Secret credentials) {
            this.destination = destination;
            this.outbound = outbound;
            this.common = common;
            this.credentials = credentials;
        }

        /** Tries the next address if there was no connection to this one, so that nothing has been sent. */
        Uni<InboundResponse> to(List<InetAddress> candidates) {
            InetAddress address = candidates.getFirst();
            List<InetAddress> others = candidates.subList(1, candidates.size());
            Duration full = limits.connectTimeout();
            HttpExchange exchange = exchange(address, others.isEmpty() ? full : full.dividedBy(2));
            Uni<InboundResponse> first = exchange.run(outbound);
            return others.isEmpty()
                    ? first
                    : first.onFailure(failure -> !exchange.wasConnected()).recoverWithUni(refused -> to(others));
        }

        private HttpExchange exchange(InetAddress address, Duration connectTimeout) {
            int limit = Math.toIntExact(Math.max(1, connectTimeout.toMillis()));
            HttpClientOptions exchangeOptions = new HttpClientOptions(common)
                    .setConnectTimeout(limit)
                    .setSslHandshakeTimeout(limit)
                    .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
            ProxyServer proxy = destination.proxy();
            return new HttpExchange(
                    vertx,
                    exchangeOptions,
                    limits,
                    destination,
                    address,
                    proxy == null ? null : proxy.options(address, credentials, Duration.ofMillis(limit)),
                    memory(host(destination), address));
        }
    }

    private HttpExchange.ConnectionObserver memory(String host, InetAddress address) {
        return new HttpExchange.ConnectionObserver() {
            @Override
            public void connected(@Nullable SSLSession tls) {
                addresses.connected(host, address);
                watch.connected(tls);
            }

            @Override
            public void failed() {
                addresses.failed(host, address);
            }
        };
    }

    private static String host(Destination destination) {
        return destination.nextHop().hostWithoutBrackets();
    }
}
