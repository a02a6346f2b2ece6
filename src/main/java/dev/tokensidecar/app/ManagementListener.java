package dev.tokensidecar.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.ingress.Entrance;
import dev.tokensidecar.ingress.ReadOnlyPaths;
import dev.tokensidecar.page.PageHandlers;
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
 * Serves probes and metrics to the network of the cluster, and the page to people, on an event loop of its own: a flood
 * of requests does not delay the application's callers. Dev mode and tests leave the listener to the framework.
 */
@Singleton
final class ManagementListener {

    private static final int FIRST = Integer.MIN_VALUE;

    private final EventLoops loops;
    private final ConnectionTables tables;
    private final ManagementResponses responses;
    private final PageHandlers page;
    private final PageViews views;
    private final ObjectMapper json;
    private final String host;
    private final int port;
    private @Nullable Router router;
    private @Nullable Vertx vertx;

    ManagementListener(
            EventLoops loops,
            ConnectionTables tables,
            ManagementResponses responses,
            PageHandlers page,
            PageViews views,
            ObjectMapper json,
            @ConfigProperty(name = "quarkus.management.host") String host,
            @ConfigProperty(name = "quarkus.management.port") int port) {
        this.loops = loops;
        this.tables = tables;
        this.responses = responses;
        this.page = page;
        this.views = views;
        this.json = json;
        this.host = host;
        this.port = port;
    }

    /** Puts handlers in front of all others: those of the framework read bodies and remember names first. */
    void routes(@Observes ManagementInterface management) {
        Map<String, Handler<RoutingContext>> byPath = responses.byPath();
        Router routes = management.router();
        var unused = routes.route()
                .order(FIRST)
                .handler(new ReadOnlyPaths(path -> byPath.containsKey(path) || isOfPage(path), json));
        byPath.forEach((path, handler) -> routes.route(path).order(FIRST + 1).handler(handler));
        page.mount(routes, FIRST + 1);
        router = routes;
    }

    private boolean isOfPage(String path) {
        return page.paths().contains(path) && views.enabled();
    }

    void open() {
        if (LaunchMode.current() != LaunchMode.NORMAL || router == null) {
            return;
        }
        vertx = loops.create().getDelegate();
        var unused = ListenerOpener.open(
                vertx,
                SocketAddress.inetSocketAddress(port, host),
                Entrance.ofAllTokens("management"),
                tables.management(),
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
