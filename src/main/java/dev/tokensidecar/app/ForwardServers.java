package dev.tokensidecar.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.config.ForwardSettings;
import dev.tokensidecar.config.SidecarSettings;
import dev.tokensidecar.forward.ForwardServer;
import dev.tokensidecar.forward.Forwarder;
import dev.tokensidecar.forward.Routes;
import dev.tokensidecar.ingress.AuditTrail;
import dev.tokensidecar.ingress.CallerCredentials;
import dev.tokensidecar.ingress.CallerSecretCheck;
import dev.tokensidecar.ingress.Entrance;
import dev.tokensidecar.ingress.Guard;
import dev.tokensidecar.ingress.HttpListener.Versions;
import dev.tokensidecar.ingress.ProblemResponder;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The ports of forwarding mode: on loopback, behind the same guard as the token interface. */
@Singleton
final class ForwardServers {

    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(5);
    private static final long CLOSE_TIMEOUT_SECONDS = 10;

    private final Instance<SidecarSettings> settings;
    private final EventLoops loops;
    private final ConnectionTables tables;
    private final Forwarders forwarders;
    private final Instance<CallerCredentials> credentials;
    private final ObjectMapper json;
    private final Instance<AuditTrail> audit;
    private final List<Forwarder> open = new ArrayList<>();
    private @Nullable Vertx vertx;

    ForwardServers(
            Instance<SidecarSettings> settings,
            EventLoops loops,
            ConnectionTables tables,
            Forwarders forwarders,
            Instance<CallerCredentials> credentials,
            ObjectMapper json,
            Instance<AuditTrail> audit) {
        this.settings = settings;
        this.loops = loops;
        this.tables = tables;
        this.forwarders = forwarders;
        this.credentials = credentials;
        this.json = json;
        this.audit = audit;
    }

    /** Opens the ports. Does nothing without configured routes. */
    void open() {
        Map<String, ForwardSettings> forwards = settings.get().forwards();
        if (forwards.isEmpty()) {
            return;
        }
        Vertx loop = loops.create().getDelegate();
        vertx = loop;
        Map<Integer, List<Routes.Mapping>> mappings = new TreeMap<>();
        forwards.forEach((name, forward) -> {
            Forwarder forwarder = forwarders.make(name, forward, loop);
            open.add(forwarder);
            mappings.computeIfAbsent(forward.port(), port -> new ArrayList<>())
                    .add(new Routes.Mapping(forward.listenPath(), forwarder));
        });
        mappings.forEach((port, all) -> open(loop, port, new Routes(all, json)));
    }

    private void open(Vertx loop, int port, Routes routes) {
        ProblemResponder problems = new ProblemResponder(json);
        Handler<HttpServerRequest> requests = ForwardServer.requests(
                loop,
                List.of(
                        new Guard(problems, credentials.get(), audit.get()),
                        CallerSecretCheck.ofAllPaths(problems, credentials.get(), audit.get())),
                routes);
        ListenerOpener.openOnLoopback(
                loop,
                port,
                Entrance.ofAllTokens("forward"),
                tables.forwarding(),
                Versions.HTTP_1_1_AND_2,
                requests,
                "sidecar.forward.*.port");
    }

    /** Gives requests in flight some time to end, then closes the ports. */
    @PreDestroy
    void close() {
        if (vertx == null) {
            return;
        }
        Vertx loop = vertx;
        vertx = null;
        CompletableFuture<Void> drained = new CompletableFuture<>();
        loop.runOnContext(now ->
                Future.all(open.stream().map(Forwarder::idle).toList()).onComplete(all -> drained.complete(null)));
        var unused = drained.completeOnTimeout(null, DRAIN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        loop.close()
                .toCompletionStage()
                .toCompletableFuture()
                .completeOnTimeout(null, CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .join();
    }
}
