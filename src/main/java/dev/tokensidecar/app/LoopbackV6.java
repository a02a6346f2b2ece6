package dev.tokensidecar.app;

import io.quarkus.runtime.LaunchMode;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.mutiny.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.net.Inet6Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * The same HTTP interface on [::1], where the host has it: {@code localhost} is either address, and whoever tries IPv6
 * first must find this sidecar there and nobody else.
 */
@Singleton
class LoopbackV6 {

    static final String ADDRESS = "::1";

    private final Vertx vertx;
    private final int port;
    private @Nullable HttpServer server;

    LoopbackV6(
            Vertx vertx,
            @ConfigProperty(name = "quarkus.http.port") int port,
            @ConfigProperty(name = "quarkus.http.test-port") int testPort) {
        this.vertx = vertx;
        this.port = LaunchMode.current() == LaunchMode.TEST ? testPort : port;
    }

    /** Opens the port; does nothing where there is no such address, or for a port of the system's choice. */
    void open() {
        if (port == 0 || !available()) {
            return;
        }
        HttpServerOptions options =
                Connections.plain(new HttpServerOptions().setHost(ADDRESS).setPort(port));
        server = Connections.listening(vertx.getDelegate()
                .createHttpServer(options)
                .requestHandler(VertxHttpRecorder.getRootHandler())
                .listen());
    }

    /** Whether there is such an address. */
    static boolean available() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .anyMatch(address -> address instanceof Inet6Address && address.isLoopbackAddress());
        } catch (SocketException none) {
            return false;
        }
    }

    /** Frees the port, also for the next live reload. */
    @PreDestroy
    void close() {
        if (server != null) {
            server.close().toCompletionStage().toCompletableFuture().join();
        }
    }
}
