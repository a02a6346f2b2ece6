package dev.tokensidecar.egress;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.impl.HttpClientConnection;
import io.vertx.core.http.impl.HttpClientInternal;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Connections to one server. In HTTP/1.1 nothing but the order tells which request an answer belongs to, and a server
 * that answers a request twice cannot be found out once the next request is under way. So an HTTP/1.1 connection serves
 * one connection of a caller, and ends with it. HTTP/2 connections are shared. Used on one event loop.
 */
public final class ConnectionPool {

    private static final long LOOK_FOR_IDLE_MILLIS = 15_000;

    private final Vertx vertx;
    private final HttpClientInternal client;
    private final HostAndPort authority;
    private final int maxHeaderBytes;
    private final Duration keepAlive;
    private final Map<HttpConnection, Owned> owned = new HashMap<>();
    private final Map<HttpClientConnection, Streams> shared = new HashMap<>();
    private boolean http1;
    private @Nullable Future<HttpClientConnection> connecting;

    /** What a caller's connection has. */
    private static final class Owned {
        private @Nullable HttpClientConnection connection;
    }

    /** How many requests use a shared connection. */
    private static final class Streams {
        private int used;
    }

    /**
     * Makes one.
     *
     * @param client its options say how to connect
     * @param maxHeaderBytes limit for the header section of an answer
     * @param keepAlive how long an HTTP/1.1 connection stays open without a request; an HTTP/2 one, as the client says
     */
    public ConnectionPool(
            Vertx vertx, HttpClient client, HostAndPort authority, int maxHeaderBytes, Duration keepAlive) {
        this.vertx = vertx;
        this.client = (HttpClientInternal) client;
        this.authority = authority;
        this.maxHeaderBytes = maxHeaderBytes;
        this.keepAlive = keepAlive;
    }

    /**
     * Finds or opens a connection for a request.
     *
     * @param caller the connection on which the request has come
     * @param uri path and query
     */
    public Future<Lease> request(HttpConnection caller, HttpMethod method, String uri) {
        return connection(caller).compose(connection -> lease(connection, method, uri));
    }

    private Future<HttpClientConnection> connection(HttpConnection caller) {
        Owned own = owned.get(caller);
        if (own != null && own.connection != null && AnswerFraming.isReusable(own.connection)) {
            return Future.succeededFuture(own.connection);
        }
        for (Map.Entry<HttpClientConnection, Streams> each : shared.entrySet()) {
            if (each.getValue().used < each.getKey().concurrency()) {
                return Future.succeededFuture(each.getKey());
            }
        }
        // it may turn out to be one that can be shared
        return connecting == null || http1 ? connect(caller) : connecting.compose(connection -> connection(caller));
    }

    private Future<HttpClientConnection> connect(HttpConnection caller) {
        SocketAddress server = SocketAddress.inetSocketAddress(authority.port(), authority.host());
        Future<HttpClientConnection> opening = client.connect(server, server);
        connecting = opening;
        return opening.onSuccess(connection -> opened(connection, caller)).onComplete(done -> connecting = null);
    }

    private void opened(HttpClientConnection connection, HttpConnection caller) {
        AnswerFraming.install(connection, maxHeaderBytes, FoldedFields.REFUSED, keepAlive);
        // the request fails as well; without a handler, Vert.x logs what went wrong, and quotes the server
        var unused = connection.exceptionHandler(broken -> {});
        http1 = !AnswerFraming.isShareable(connection);
        if (http1) {
            own(connection, caller);
        } else {
            share(connection);
        }
    }

    private void own(HttpClientConnection connection, HttpConnection caller) {
        Owned own = owned.computeIfAbsent(caller, first -> {
            var unused = ((ConnectionBase) first)
                    .channel()
                    .closeFuture()
                    .addListener(closed -> vertx.runOnContext(next -> disown(first)));
            return new Owned();
        });
        own.connection = connection;
        var unused = connection.evictionHandler(closed -> {
            if (connection.equals(own.connection)) {
                own.connection = null;
            }
        });
    }

    /** A turn later than the end of the caller's connection, whose request is to hear of that first. */
    private void disown(HttpConnection caller) {
        Owned own = owned.remove(caller);
        if (own != null && own.connection != null) {
            var unused = own.connection.close();
        }
    }

    private void share(HttpClientConnection connection) {
        Streams streams = new Streams();
        shared.put(connection, streams);
        long timer = vertx.setPeriodic(LOOK_FOR_IDLE_MILLIS, look -> {
            if (streams.used == 0 && !connection.isValid()) {
                var unused = connection.close();
            }
        });
        var unused = connection.evictionHandler(closed -> {
            shared.remove(connection);
            vertx.cancelTimer(timer);
        });
    }

    private Future<Lease> lease(HttpClientConnection connection, HttpMethod method, String uri) {
        Streams streams = shared.get(connection);
        Runnable end = streams == null ? () -> {} : () -> streams.used--;
        if (streams != null) {
            streams.used++;
        }
        return connection
                .createRequest((ContextInternal) vertx.getOrCreateContext())
                .onFailure(failure -> end.run())
                .map(request ->
                        new Lease(request.setMethod(method).authority(authority).setURI(uri), streams != null, end));
    }
}
