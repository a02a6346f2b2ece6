package dev.tokensidecar.egress;

import dev.tokensidecar.token.RefreshFailure.Unavailable;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.impl.HttpClientConnection;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Pools the connections to one server. In HTTP/1.1, only the order says which request a response belongs to. Once the next
 * request is in flight, nobody can detect that the server has responded to the previous one twice. So an HTTP/1.1
 * connection serves one caller connection, and closes with it; a caller with several streams gets several. HTTP/2
 * connections are shared. Runs on one event loop.
 */
public final class ConnectionPool {

    private static final long IDLE_CHECK_MILLIS = 15_000;

    /**
     * What may wait on all shared connections for a server that does not read. HTTP/2 limits bodies, but not heads (RFC 9113
     * section 5.2).
     */
    private static final long MAX_UNSENT_BYTES = 1 << 20;

    private final Vertx vertx;
    private final Connector connector;
    private final int maxHeaderBytes;
    private final Duration keepAlive;
    private final Map<Channel, DedicatedConnections> dedicated = new HashMap<>();
    private final Map<HttpClientConnection, Streams> shared = new HashMap<>();
    private boolean http1;
    private int generation;
    private @Nullable Future<HttpClientConnection> connecting;

    /** The HTTP/1.1 connections of one caller connection. */
    private static final class DedicatedConnections {
        private final Set<HttpClientConnection> open = new LinkedHashSet<>();
        private final Set<HttpClientConnection> leased = new HashSet<>();
        private final Set<HttpClientConnection> expired = new HashSet<>();

        private Optional<HttpClientConnection> idle() {
            return open.stream()
                    .filter(connection -> !leased.contains(connection)
                            && !expired.contains(connection)
                            && ResponseFraming.isReusable(connection))
                    .findFirst();
        }

        private Runnable lease(HttpClientConnection connection) {
            leased.add(connection);
            return () -> {
                leased.remove(connection);
                closeIfDone(connection);
            };
        }

        private void expire() {
            expired.addAll(open);
            List.copyOf(open).forEach(this::closeIfDone);
        }

        private void closeIfDone(HttpClientConnection connection) {
            if (expired.contains(connection) && !leased.contains(connection)) {
                var unused = connection.close();
            }
        }

        private void closed(HttpClientConnection connection) {
            open.remove(connection);
            expired.remove(connection);
        }
    }

    /** Counts the requests on a shared connection, and remembers which of them the server will not process. */
    private static final class Streams {
        private final int generation;
        private int used;
        private int last = Integer.MAX_VALUE;

        private Streams(int generation) {
            this.generation = generation;
        }

        /** A stream ends for its connection after its reader has learned of the end. */
        private Runnable lease(Vertx vertx) {
            used++;
            return () -> vertx.runOnContext(ended -> used--);
        }
    }

    /**
     * @param connector opens the connections
     * @param maxHeaderBytes limit for the header section of a response
     * @param keepAlive the idle timeout of HTTP/1.1 connections; for HTTP/2 the client's options apply
     */
    public ConnectionPool(Vertx vertx, Connector connector, int maxHeaderBytes, Duration keepAlive) {
        this.vertx = vertx;
        this.connector = connector;
        this.maxHeaderBytes = maxHeaderBytes;
        this.keepAlive = keepAlive;
    }

    /**
     * Finds or opens a connection for a request.
     *
     * @param caller the connection on which the request has arrived
     * @param uri path and query
     */
    public Future<Lease> request(HttpConnection caller, HttpMethod method, String uri) {
        return connection(caller).compose(connection -> lease(connection, channel(caller), method, uri));
    }

    /** Has each further request use a connection that is opened from now on. Requests in flight continue on theirs. */
    public void expire() {
        generation++;
        connecting = null;
        dedicated.values().forEach(DedicatedConnections::expire);
    }

    private Future<HttpClientConnection> connection(HttpConnection caller) {
        DedicatedConnections own = dedicated.get(channel(caller));
        Optional<HttpClientConnection> idle = own == null ? Optional.empty() : own.idle();
        if (idle.isPresent()) {
            return Future.succeededFuture(idle.get());
        }
        Optional<HttpClientConnection> free = shareable();
        if (free.isPresent()) {
            return Future.succeededFuture(free.get());
        }
        // the connection being opened may be HTTP/2 and shareable
        return connecting == null || http1 ? connect(caller) : connecting.compose(connection -> connection(caller));
    }

    /** Finds a shared connection for one more request. Closes those that can take none although they are idle. */
    private Optional<HttpClientConnection> shareable() {
        for (Map.Entry<HttpClientConnection, Streams> each : List.copyOf(shared.entrySet())) {
            HttpClientConnection connection = each.getKey();
            Streams streams = each.getValue();
            if (streams.generation == generation && streams.used < connection.concurrency()) {
                return Optional.of(connection);
            }
            if (streams.used == 0) {
                shared.remove(connection);
                var unused = connection.close();
            }
        }
        return Optional.empty();
    }

    private Future<HttpClientConnection> connect(HttpConnection caller) {
        Future<HttpClientConnection> opening = connector.connect().compose(ConnectionPool::usable);
        int opensIn = generation;
        connecting = opening;
        return opening.onSuccess(connection -> opened(connection, caller, opensIn))
                .onComplete(done -> connecting = opening.equals(connecting) ? null : connecting);
    }

    /** A server may forbid requests for a while (RFC 9113 section 6.5.2). */
    private static Future<HttpClientConnection> usable(HttpClientConnection connection) {
        if (connection.concurrency() > 0) {
            return Future.succeededFuture(connection);
        }
        var unused = connection.close();
        return Future.failedFuture(Unavailable.unprocessed("connect_failed", "it allows no HTTP/2 streams"));
    }

    private void opened(HttpClientConnection connection, HttpConnection caller, int openedIn) {
        ResponseFraming.install(connection, maxHeaderBytes, FoldedFields.REJECTED, keepAlive);
        // the request fails too; without a handler, Vert.x logs the failure and quotes the server
        var unused = connection.exceptionHandler(broken -> {});
        http1 = !ResponseFraming.isShareable(connection);
        if (http1) {
            dedicate(connection, channel(caller), openedIn);
        } else {
            share(connection, openedIn);
        }
    }

    private void dedicate(HttpClientConnection connection, Channel caller, int openedIn) {
        DedicatedConnections own = dedicated.computeIfAbsent(caller, first -> {
            var unused = first.closeFuture().addListener(closed -> vertx.runOnContext(next -> release(first)));
            return new DedicatedConnections();
        });
        own.open.add(connection);
        if (openedIn != generation) {
            own.expired.add(connection);
        }
        var unused = connection.evictionHandler(closed -> own.closed(connection));
    }

    /** Runs one event loop turn after the caller's connection has closed, so that its request learns of that first. */
    private void release(Channel caller) {
        DedicatedConnections own = dedicated.remove(caller);
        if (own != null) {
            List.copyOf(own.open).forEach(HttpConnection::close);
        }
    }

    /** Returns the connection of a caller; that of all its streams in HTTP/2. */
    private static Channel channel(HttpConnection caller) {
        Channel channel = nettyChannel(caller);
        return channel instanceof Http2StreamChannel ? channel.parent() : channel;
    }

    private void share(HttpClientConnection connection, int openedIn) {
        Streams streams = new Streams(openedIn);
        shared.put(connection, streams);
        long timer = vertx.setPeriodic(IDLE_CHECK_MILLIS, check -> {
            if (streams.used == 0 && (!connection.isValid() || streams.generation != generation)) {
                var unused = connection.close();
            }
        });
        // The exception of a stream names the last stream too, but from a buffer that may be gone by then.
        connection.goAwayHandler(goAway -> streams.last = Math.min(streams.last, goAway.getLastStreamId()));
        var unused = connection.evictionHandler(closed -> {
            shared.remove(connection);
            vertx.cancelTimer(timer);
        });
    }

    private Future<Lease> lease(HttpClientConnection connection, Channel caller, HttpMethod method, String uri) {
        Streams streams = shared.get(connection);
        Runnable end = streams == null ? leaseDedicated(connection, caller) : streams.lease(vertx);
        return connection
                .createRequest((ContextInternal) vertx.getOrCreateContext())
                .onFailure(failure -> end.run())
                .map(request -> new Lease(
                        connector.address(request.setMethod(method), uri),
                        streams != null,
                        connector.isAnsweredByProxy(),
                        () -> streams == null ? Integer.MAX_VALUE : streams.last,
                        streams == null
                                ? () -> Http1Codec.close(nettyChannel(connection))
                                : () -> closeIfUnread(connection),
                        end));
    }

    /**
     * Closes the connection on which a request was given up if the server does not read. The request leaves its head in
     * memory until the server has read it, but no longer counts against any limit.
     */
    private void closeIfUnread(HttpClientConnection connection) {
        long unsent =
                shared.keySet().stream().mapToLong(ConnectionPool::unsentBytes).sum();
        if (unsent > MAX_UNSENT_BYTES && unsentBytes(connection) > 0) {
            shared.remove(connection);
            var unused = connection.channelHandlerContext().close();
        }
    }

    private static long unsentBytes(HttpClientConnection connection) {
        ChannelOutboundBuffer buffer = nettyChannel(connection).unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    private static Channel nettyChannel(HttpConnection connection) {
        return ((ConnectionBase) connection).channel();
    }

    private Runnable leaseDedicated(HttpClientConnection connection, Channel caller) {
        DedicatedConnections own = dedicated.get(caller);
        return own == null ? () -> {} : own.lease(connection);
    }
}
