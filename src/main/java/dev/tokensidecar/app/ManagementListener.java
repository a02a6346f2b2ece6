package dev.tokensidecar.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.ingress.ReadOnlyPaths;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Probes and metrics, for the whole network of the cluster: on an event loop of its own, so that a flood of requests costs
 * the application's callers nothing. Dev mode and tests leave the listener to the framework.
 */
@Singleton
final class ManagementListener {

    private static final int BEFORE_EVERYTHING_ELSE = Integer.MIN_VALUE;

    private final EventLoops loops;
    private final FrontDoor frontDoor;
    private final ManagementResponses answers;
    private final ObjectMapper json;
    private final String host;
    private final int port;
    private @Nullable Router router;
    private @Nullable Vertx vertx;

    ManagementListener(
            EventLoops loops,
            FrontDoor frontDoor,
            ManagementResponses answers,
            ObjectMapper json,
            @ConfigProperty(name = "quarkus.management.host") String host,
            @ConfigProperty(name = "quarkus.management.port") int port) {
        this.loops = loops;
        this.frontDoor = frontDoor;
        this.answers = answers;
        this.json = json;
        this.host = host;
        this.port = port;
    }

    /** The framework reads bodies, and keeps names, before it looks at anything: nothing reaches it. */
    void routes(@Observes ManagementInterface management) {
        Map<String, Handler<RoutingContext>> byPath = answers.byPath();
        Router all = management.router();
        var unused = all.route().order(BEFORE_EVERYTHING_ELSE).handler(new ReadOnlyPaths(byPath.keySet(), json));
        byPath.forEach((path, handler) ->
                all.route(path).order(BEFORE_EVERYTHING_ELSE + 1).handler(handler));
        router = all;
    }

    void open() {
        if (LaunchMode.current() != LaunchMode.NORMAL || router == null) {
            return;
        }
        vertx = loops.one().getDelegate();
        var unused = ListenerOpener.open(
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
