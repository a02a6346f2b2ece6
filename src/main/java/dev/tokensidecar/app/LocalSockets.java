package dev.tokensidecar.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.config.SidecarSettings;
import dev.tokensidecar.config.SidecarSettings.SocketSettings;
import dev.tokensidecar.ingress.Entrance;
import dev.tokensidecar.ingress.HttpListener.Versions;
import dev.tokensidecar.ingress.WellFormedTarget;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.SocketAddress;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Serves the token interface on Unix domain sockets as well: on each of them, some of the tokens. */
@Singleton
class LocalSockets {

    private final Instance<SidecarSettings> settings;
    private final ConnectionTables tables;
    private final ObjectMapper json;
    private final List<LocalSocket> open = new ArrayList<>();
    private @Nullable Vertx vertx;

    LocalSockets(Instance<SidecarSettings> settings, ConnectionTables tables, ObjectMapper json) {
        this.settings = settings;
        this.tables = tables;
        this.json = json;
    }

    /** Opens the sockets. Does nothing if none is configured. */
    void open() {
        Map<String, SocketSettings> sockets = settings.get().sockets();
        if (!sockets.isEmpty()) {
            Vertx loop = nativeTransport();
            vertx = loop;
            sockets.forEach((name, socket) -> open(name, socket, loop));
        }
    }

    private void open(String name, SocketSettings settings, Vertx loop) {
        String key = "sidecar.sockets." + name + ".path";
        LocalSocket socket = LocalSocket.of(settings);
        open.add(socket);
        try {
            socket.open(staged -> listen(staged, new Entrance(name, settings.tokens()), loop, key));
            ListenerOpener.log(socket.path());
        } catch (IOException | RuntimeException e) {
            close();
            throw new ConfigurationException(
                    key + " cannot be opened at " + socket.path() + ": " + LocalSocket.reason(e));
        }
    }

    private void listen(Path path, Entrance entrance, Vertx loop, String key) {
        var unused = ListenerOpener.listen(
                loop,
                SocketAddress.domainSocketAddress(path.toString()),
                entrance,
                tables.tokenInterface(),
                Versions.HTTP_1_1,
                new WellFormedTarget(json, VertxHttpRecorder.getRootHandler()),
                key);
    }

    /** Uses the native transport, which TCP does not use: see {@code docs/decisions.md}. */
    private static Vertx nativeTransport() {
        Vertx vertx = Vertx.builder()
                .with(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1))
                .build();
        if (!vertx.isNativeTransportEnabled()) {
            var unused = vertx.close();
            throw new ConfigurationException(
                    "sidecar.sockets: this platform has no native transport: remove these keys");
        }
        return vertx;
    }

    /** Closes and deletes the sockets. */
    @PreDestroy
    void close() {
        if (vertx != null) {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
        open.forEach(LocalSocket::close);
        open.clear();
    }
}
