package dev.tokensidecar.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.config.SidecarSettings;
import dev.tokensidecar.ingress.Entrance;
import dev.tokensidecar.ingress.WellFormedTarget;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.SocketAddress;
import io.vertx.mutiny.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Opens the token interface on each loopback address. Dev mode and tests leave 127.0.0.1 to the framework, whose listener
 * survives a live reload and can choose a free port.
 */
@Singleton
final class TokenListeners {

    private final Vertx vertx;
    private final Instance<SidecarSettings> settings;
    private final ConnectionTables tables;
    private final ObjectMapper json;
    private final int port;
    private final List<HttpServer> open = new ArrayList<>();

    TokenListeners(
            Vertx vertx,
            Instance<SidecarSettings> settings,
            ConnectionTables tables,
            ObjectMapper json,
            @ConfigProperty(name = "quarkus.http.port") int port,
            @ConfigProperty(name = "quarkus.http.test-port") int testPort) {
        this.vertx = vertx;
        this.settings = settings;
        this.tables = tables;
        this.json = json;
        this.port = LaunchMode.current() == LaunchMode.TEST ? testPort : port;
    }

    /**
     * Opens the listeners, unless applications use Unix domain sockets only. Port 0 opens none: the system would choose
     * another port for each address.
     */
    void open() {
        if (port == 0 || !settings.get().guard().tcpEnabled()) {
            return;
        }
        LoopbackAddresses.addresses().stream().filter(this::isOurs).forEach(this::open);
    }

    private boolean isOurs(String address) {
        return LaunchMode.current() == LaunchMode.NORMAL || !address.equals(LoopbackAddresses.V4);
    }

    private void open(String address) {
        open.add(ListenerOpener.open(
                vertx.getDelegate(),
                SocketAddress.inetSocketAddress(port, address),
                Entrance.ofAllTokens("tcp"),
                tables.tokenInterface(),
                new WellFormedTarget(json, VertxHttpRecorder.getRootHandler()),
                "quarkus.http.port"));
    }

    /** Frees the ports, for the next live reload as well. */
    @PreDestroy
    void close() {
        open.forEach(server ->
                server.close().toCompletionStage().toCompletableFuture().join());
    }
}
