package dev.tokensidecar.app;

import dev.tokensidecar.ingress.ConnectionTable;
import dev.tokensidecar.ingress.HttpListener;
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

/** Opens listeners and waits until they are open. */
final class ListenerOpener {

    private static final Logger LOG = Logger.getLogger(ListenerOpener.class);
    private static final long PATIENCE_SECONDS = 10;

    private ListenerOpener() {}

    /**
     * Opens one.
     *
     * @param key the configuration key that chose the address
     * @throws ConfigurationException if it cannot be opened
     */
    static HttpServer open(
            Vertx vertx,
            SocketAddress address,
            ConnectionTable table,
            Handler<HttpServerRequest> requests,
            String key) {
        try {
            HttpServer server = HttpListener.open(vertx, address, table, requests)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .join();
            LOG.infof("listening address=%s", LogValue.of(address));
            return server;
        } catch (CompletionException taken) {
            throw new ConfigurationException("%s: %s cannot be opened: %s".formatted(key, address, taken.getCause()));
        }
    }
}
