package dev.tokensidecar.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.ingress.WellFormedTarget;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.SocketAddress;
import io.vertx.mutiny.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The token interface on each loopback address. Dev mode and tests leave 127.0.0.1 to the framework, whose listener
 * outlives a live reload and finds a free port.
 */
@Singleton
final class TokenListeners {

    private final Vertx vertx;
    private final FrontDoor frontDoor;
    private final ObjectMapper json;
    private final int port;
    private final List<HttpServer> open = new ArrayList<>();

    TokenListeners(
            Vertx vertx,
            FrontDoor frontDoor,
            ObjectMapper json,
            @ConfigProperty(name = "quarkus.http.port") int port,
            @ConfigProperty(name = "quarkus.http.test-port") int testPort) {
        this.vertx = vertx;
        this.frontDoor = frontDoor;
        this.json = json;
        this.port = LaunchMode.current() == LaunchMode.TEST ? testPort : port;
    }

    /** Opens them, but for a port of the system's choice, which would be another one for each address. */
    void open() {
        if (port == 0) {
            return;
        }
        Loopback.addresses().stream().filter(this::isOurs).forEach(this::open);
    }

    private boolean isOurs(String address) {
        return LaunchMode.current() == LaunchMode.NORMAL || !address.equals(Loopback.V4);
    }

    private void open(String address) {
        open.add(Listening.open(
                vertx.getDelegate(),
                SocketAddress.inetSocketAddress(port, address),
                frontDoor.tokenInterface(),
                new WellFormedTarget(json, VertxHttpRecorder.getRootHandler()),
                "quarkus.http.port"));
    }

    /** Frees the ports, also for the next live reload. */
    @PreDestroy
    void close() {
        open.forEach(server ->
                server.close().toCompletionStage().toCompletableFuture().join());
    }
}
