package dev.tokensidecar.egress;

import dev.tokensidecar.token.RefreshFailure.Unavailable;
import dev.tokensidecar.token.Secret;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.impl.HttpChannelConnector;
import io.vertx.core.http.impl.HttpClientConnection;
import io.vertx.core.http.impl.HttpClientImpl;
import io.vertx.core.http.impl.HttpClientInternal;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SSLOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.NetClientImpl;
import io.vertx.core.net.impl.SslEngineUtils;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Opens connections to one server, directly or through a proxy. Runs on one event loop. */
public final class Connector {

    private final Vertx vertx;
    private final HttpClientInternal client;
    private final HostAndPort authority;
    private final HostAddresses addresses;
    private final @Nullable ProxyServer proxy;
    private @Nullable Secret credentials;

    /**
     * @param client opens the connections, with its own options
     * @param authority the server
     * @param addresses finds the addresses of the server, or of the proxy
     * @param proxy null to connect to the server itself
     */
    public Connector(
            Vertx vertx,
            HttpClient client,
            HostAndPort authority,
            HostAddresses addresses,
            @Nullable ProxyServer proxy) {
        this.vertx = vertx;
        this.client = (HttpClientInternal) client;
        this.authority = authority;
        this.addresses = addresses;
        this.proxy = proxy;
    }

    /** Tries the addresses of the next hop until one of them accepts the connection. */
    Future<HttpClientConnection> connect() {
        CompletableFuture<List<InetAddress>> resolved =
                addresses.of(nextHop()).orTimeout(connectMillis(), TimeUnit.MILLISECONDS);
        return Future.fromCompletionStage(resolved, vertx.getOrCreateContext())
                .recover(failure -> Future.failedFuture(explained(failure)))
                .compose(found -> readCredentials().compose(read -> connectToOneOf(found)));
    }

    private Throwable explained(Throwable failure) {
        if (failure instanceof TimeoutException) {
            return new ConnectException("no address in time");
        }
        return proxy != null && failure instanceof UnknownHostException
                ? Unavailable.unprocessed("connect_failed", ProxyFailure.unknownHost(proxy))
                : failure;
    }

    private String nextHop() {
        return proxy == null ? authority.host() : proxy.authority().hostWithoutBrackets();
    }

    private Future<Void> readCredentials() {
        if (proxy == null || proxy.credentials() == null) {
            return Future.succeededFuture();
        }
        return vertx.executeBlocking(proxy::readCredentials)
                .onSuccess(read -> credentials = read)
                .mapEmpty();
    }

    /** Tries the next address after any failure: nothing has been sent yet. */
    private Future<HttpClientConnection> connectToOneOf(List<InetAddress> candidates) {
        InetAddress address = candidates.getFirst();
        List<InetAddress> others = candidates.subList(1, candidates.size());
        Future<HttpClientConnection> first =
                connectTo(address).onSuccess(opened -> addresses.connected(nextHop(), address));
        return others.isEmpty()
                ? inTime(first, connectMillis())
                : inTime(first, connectMillis() / 2).recover(failed -> connectToOneOf(others));
    }

    private Future<HttpClientConnection> connectTo(InetAddress address) {
        SocketAddress server = SocketAddress.inetSocketAddress(authority.port(), authority.host());
        if (proxy == null) {
            return client.connect(SocketAddress.inetSocketAddress(authority.port(), address.getHostAddress()), server);
        }
        return isTunnelled()
                ? tunnel(address, server, proxy)
                : client.connect(
                        SocketAddress.inetSocketAddress(proxy.authority().port(), address.getHostAddress()), server);
    }

    /** Whether a proxy responds in the place of the server if it wants credentials. */
    boolean isAnsweredByProxy() {
        return proxy != null && !isTunnelled();
    }

    private boolean isTunnelled() {
        return client.options().isSsl();
    }

    /** Does what {@code connect} of the client does, with a proxy. */
    private Future<HttpClientConnection> tunnel(InetAddress address, SocketAddress server, ProxyServer through) {
        HttpClientOptions options = client.options();
        SSLOptions tls = options.getSslOptions();
        ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
        Promise<HttpClientConnection> opened = context.promise();
        HttpClientImpl implementation = (HttpClientImpl) client;
        new HttpChannelConnector(
                        implementation,
                        (NetClientImpl) implementation.netClient(),
                        through.options(address, credentials, Duration.ofMillis(connectMillis())),
                        null,
                        options.getProtocolVersion(),
                        true,
                        options.isUseAlpn(),
                        SslEngineUtils.resolveKeyExchangeGroups(
                                tls.getKeyExchangeGroups(), tls.getPqcEnforcementPolicy()),
                        server,
                        server)
                .httpConnect(context, opened);
        return opened.future();
    }

    /** Limits the whole way to a connection, tunnel and TLS included, and closes a connection that opens later. */
    private Future<HttpClientConnection> inTime(Future<HttpClientConnection> opening, int millis) {
        Promise<HttpClientConnection> result = Promise.promise();
        long timer = vertx.setTimer(
                Math.max(1, millis), late -> result.tryFail(new ConnectException("no connection in time")));
        opening.onComplete(done -> {
            vertx.cancelTimer(timer);
            boolean inTime = done.succeeded() ? result.tryComplete(done.result()) : result.tryFail(done.cause());
            if (!inTime && done.succeeded()) {
                var unused = done.result().close();
            }
        });
        return result.future();
    }

    private int connectMillis() {
        return client.options().getConnectTimeout();
    }

    /**
     * Writes the request line and the fields that the next hop needs. A proxy without a tunnel needs the whole URL (RFC 9112
     * section 3.2.2).
     *
     * @param uri path and query
     */
    HttpClientRequest address(HttpClientRequest request, String uri) {
        String host = Authority.withBrackets(authority.host());
        request.authority(HostAndPort.create(host, authority.port()));
        if (!isAnsweredByProxy()) {
            return request.setURI(uri);
        }
        if (credentials != null) {
            byte[] bytes = credentials.reveal().getBytes(StandardCharsets.UTF_8);
            request.putHeader(
                    "Proxy-Authorization", "Basic " + Base64.getEncoder().encodeToString(bytes));
        }
        // the same authority as in Host, which has no port that the scheme implies (RFC 9112 section 3.2.2)
        String port = authority.port() == Authority.defaultPort("http") ? "" : ":" + authority.port();
        return request.setURI("http://" + host + port + uri);
    }
}
