package dev.tokensidecar.app;

import dev.tokensidecar.ingress.ConnectionTable;
import dev.tokensidecar.ingress.Entrance;
import dev.tokensidecar.ingress.HttpListener;
import dev.tokensidecar.ingress.HttpListener.Versions;
import dev.tokensidecar.token.LogValue;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Opens listeners of the sidecar. */
final class ListenerOpener {

    private static final Logger LOG = Logger.getLogger(ListenerOpener.class);
    private static final long TIMEOUT_SECONDS = 10;

    private ListenerOpener() {}

    /**
     * Opens a listener on each loopback address, and waits until all of them are open.
     *
     * @param entrance says which tokens its callers may ask for
     * @param key the configuration key that chose the port
     * @throws ConfigurationException if an address cannot be opened
     */
    static void openOnLoopback(
            Vertx vertx,
            int port,
            Entrance entrance,
            ConnectionTable table,
            Versions versions,
            Handler<HttpServerRequest> requests,
            String key) {
        for (String address : LoopbackAddresses.addresses()) {
            var unused = logged(
                    vertx, SocketAddress.inetSocketAddress(port, address), entrance, table, versions, requests, key);
        }
    }

    /** Opens a listener for HTTP/1.1 and waits until it is open; parameters and exceptions as above. */
    static HttpServer open(
            Vertx vertx,
            SocketAddress address,
            Entrance entrance,
            ConnectionTable table,
            Handler<HttpServerRequest> requests,
            String key) {
        return logged(vertx, address, entrance, table, Versions.HTTP_1_1, requests, key);
    }

    private static HttpServer logged(
            Vertx vertx,
            SocketAddress address,
            Entrance entrance,
            ConnectionTable table,
            Versions versions,
            Handler<HttpServerRequest> requests,
            String key) {
        HttpServer server = listen(vertx, address, entrance, table, versions, requests, key);
        log(address);
        return server;
    }

    /** Logs that callers can connect now. */
    static void log(Object address) {
        LOG.infof("listening address=%s", LogValue.of(address));
    }

    /** Does the same as {@link #open} for a socket that nobody can connect to yet, and logs nothing. */
    static HttpServer listen(
            Vertx vertx,
            SocketAddress address,
            Entrance entrance,
            ConnectionTable table,
            Versions versions,
            Handler<HttpServerRequest> requests,
            String key) {
        try {
            return HttpListener.open(vertx, address, entrance, table, versions, requests)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException failure) {
            throw new ConfigurationException("%s: %s cannot be opened: %s".formatted(key, address, failure.getCause()));
        }
    }
}
