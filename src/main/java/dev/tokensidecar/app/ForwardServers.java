package dev.tokensidecar.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.config.ForwardSettings;
import dev.tokensidecar.config.SidecarSettings;
import dev.tokensidecar.forward.ForwardServer;
import dev.tokensidecar.forward.Forwarder;
import dev.tokensidecar.forward.Ways;
import dev.tokensidecar.ingress.Guard;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The ports of forwarding mode, on loopback like the other one, behind the same guard. */
@Singleton
final class ForwardServers {

    private static final String ADDRESS = "127.0.0.1";
    private static final Duration MOST_WITHOUT_REQUEST = Duration.ofMinutes(1);
    private static final Duration DRAINING = Duration.ofSeconds(5);
    private static final long PATIENCE_SECONDS = 10;

    private final Instance<SidecarSettings> settings;
    private final EventLoops loops;
    private final Forwarders forwarders;
    private final Instance<Guard> guard;
    private final ObjectMapper json;
    private final List<Forwarder> open = new ArrayList<>();
    private @Nullable Vertx vertx;

    ForwardServers(
            Instance<SidecarSettings> settings,
            EventLoops loops,
            Forwarders forwarders,
            Instance<Guard> guard,
            ObjectMapper json) {
        this.settings = settings;
        this.loops = loops;
        this.forwarders = forwarders;
        this.guard = guard;
        this.json = json;
    }

    /** Opens the ports; does nothing where nothing is forwarded. */
    void open() {
        Map<String, ForwardSettings> forwards = settings.get().forwards();
        if (forwards.isEmpty()) {
            return;
        }
        Vertx loop = loops.one().getDelegate();
        vertx = loop;
        Map<Integer, List<Ways.Way>> ways = new TreeMap<>();
        forwards.forEach((name, forward) -> {
            Forwarder forwarder = forwarders.make(name, forward, loop);
            open.add(forwarder);
            ways.computeIfAbsent(forward.port(), port -> new ArrayList<>())
                    .add(new Ways.Way(forward.listenPath(), forwarder));
        });
        ways.forEach((port, all) -> open(loop, port, new Ways(all, json)));
    }

    private void open(Vertx loop, int port, Ways ways) {
        listen(loop, ADDRESS, port, ways);
        if (LoopbackV6.available()) {
            listen(loop, LoopbackV6.ADDRESS, port, ways);
        }
    }

    private void listen(Vertx loop, String address, int port, Ways ways) {
        HttpServerOptions options =
                Connections.plain(new HttpServerOptions()).setHost(address).setPort(port);
        try {
            var unused =
                    Connections.listening(ForwardServer.open(loop, options, MOST_WITHOUT_REQUEST, guard.get(), ways));
        } catch (CompletionException taken) {
            throw new ConfigurationException(
                    "port %d of sidecar.forward cannot be opened at %s: %s".formatted(port, address, taken.getCause()));
        }
    }

    /** Lets requests that are on their way come to their end, for a while, then closes the ports. */
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
        var unused = drained.completeOnTimeout(null, DRAINING.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        loop.close()
                .toCompletionStage()
                .toCompletableFuture()
                .completeOnTimeout(null, PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }
}
