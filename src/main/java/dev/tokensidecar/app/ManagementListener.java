package dev.tokensidecar.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.ingress.ReadOnlyPaths;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Probes and metrics, for the whole network of the cluster: on an event loop of its own, so that a flood of requests costs
 * the application's callers nothing. Dev mode and tests leave the listener to the framework.
 */
@Singleton
final class ManagementListener {

    private static final Set<String> PATHS =
            Set.of("/q/health", "/q/health/live", "/q/health/ready", "/q/health/started", "/q/metrics");

    private static final int BEFORE_EVERYTHING_ELSE = Integer.MIN_VALUE;

    private final EventLoops loops;
    private final FrontDoor frontDoor;
    private final ObjectMapper json;
    private final String host;
    private final int port;
    private @Nullable Router router;
    private @Nullable Vertx vertx;

    ManagementListener(
            EventLoops loops,
            FrontDoor frontDoor,
            ObjectMapper json,
            @ConfigProperty(name = "quarkus.management.host") String host,
            @ConfigProperty(name = "quarkus.management.port") int port) {
        this.loops = loops;
        this.frontDoor = frontDoor;
        this.json = json;
        this.host = host;
        this.port = port;
    }

    /** The framework reads bodies before it looks at anything: the front door comes before that. */
    void routes(@Observes ManagementInterface management) {
        router = management.router();
        var unused = management.router().route().order(BEFORE_EVERYTHING_ELSE).handler(new ReadOnlyPaths(PATHS, json));
    }

    void open() {
        if (LaunchMode.current() != LaunchMode.NORMAL || router == null) {
            return;
        }
        vertx = loops.one().getDelegate();
        var unused = Listening.open(
                vertx,
                SocketAddress.inetSocketAddress(port, host),
                frontDoor.management(),
                router,
                "quarkus.management.port");
    }

    @PreDestroy
    void close() {
        if (vertx != null) {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }
}
