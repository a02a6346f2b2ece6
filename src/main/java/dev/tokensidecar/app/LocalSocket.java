package dev.tokensidecar.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.config.SidecarSettings;
import dev.tokensidecar.ingress.WellFormedTarget;
import dev.tokensidecar.store.StagingDirectory;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.SocketAddress;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Serves the token interface on a Unix domain socket as well, if one is configured: file permissions decide who may connect.
 * The socket is bound in a private directory and renamed after its owner and mode are set, so that nobody can connect
 * before.
 */
@Singleton
class LocalSocket {

    private static final Duration ABANDONED_AFTER = Duration.ofMinutes(1);

    private final Instance<SidecarSettings> settings;
    private final ConnectionTables tables;
    private final ObjectMapper json;
    private @Nullable Vertx vertx;
    private @Nullable StagingDirectory staging;
    private @Nullable Path open;

    LocalSocket(Instance<SidecarSettings> settings, ConnectionTables tables, ObjectMapper json) {
        this.settings = settings;
        this.tables = tables;
        this.json = json;
    }

    /** Opens the socket. Does nothing if none is configured. */
    void open() {
        SidecarSettings.GuardSettings guard = settings.get().guard();
        Path path = guard.socket();
        if (path == null) {
            return;
        }
        try {
            requireFree(path);
            bind(path.toAbsolutePath(), guard);
            open = path;
        } catch (IOException | RuntimeException e) {
            close();
            throw new ConfigurationException("sidecar.guard.socket cannot be opened at " + path + ": " + reason(e));
        }
    }

    /** Keeps the directory until the end, because the server, when it closes, deletes the path that it was bound to. */
    private void bind(Path path, SidecarSettings.GuardSettings guard) throws IOException {
        StagingDirectory.sweep(path, Instant.now().minus(ABANDONED_AFTER));
        StagingDirectory directory = StagingDirectory.beside(path);
        staging = directory;
        Path socket = directory.staged();
        listen(socket);
        restrict(socket, guard);
        directory.publish();
    }

    private static String reason(Exception e) {
        return e instanceof ConfigurationException ? String.valueOf(e.getMessage()) : e.toString();
    }

    /** Accepts the socket that an ended process left behind, and nothing else at this path. */
    private static void requireFree(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!isSocket(path)) {
            throw new ConfigurationException("the path exists and is not a socket: remove it, or choose another path");
        }
        if (isInUse(path)) {
            throw new ConfigurationException(
                    "another process listens on it: stop that process, or choose another path");
        }
    }

    private static boolean isSocket(Path path) throws IOException {
        int format = 0170000;
        int socket = 0140000;
        Object mode = Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        return ((Integer) mode & format) == socket;
    }

    private static boolean isInUse(Path path) {
        if (!Files.isWritable(path)) {
            return false;
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.configureBlocking(false);
            var unused = channel.connect(UnixDomainSocketAddress.of(path));
            return true;
        } catch (ConnectException nobodyListens) {
            return false;
        } catch (IOException queueFull) {
            return true;
        }
    }

    /** Listens on the native transport, which TCP does not use: see {@code docs/decisions.md}. */
    private void listen(Path path) {
        vertx = Vertx.builder()
                .with(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1))
                .build();
        if (!vertx.isNativeTransportEnabled()) {
            throw new ConfigurationException("this platform has no native transport: remove this key");
        }
        var unused = ListenerOpener.open(
                vertx,
                SocketAddress.domainSocketAddress(path.toString()),
                tables.tokenInterface(),
                new WellFormedTarget(json, VertxHttpRecorder.getRootHandler()),
                "sidecar.guard.socket");
    }

    private static void restrict(Path path, SidecarSettings.GuardSettings guard) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        view.setPermissions(guard.socketMode());
        if (guard.socketOwner() != null) {
            String[] owner = guard.socketOwner().split(":", 2);
            UserPrincipalLookupService users = path.getFileSystem().getUserPrincipalLookupService();
            view.setGroup(users.lookupPrincipalByGroupName(owner[1]));
            view.setOwner(users.lookupPrincipalByName(owner[0]));
        }
    }

    /** Closes and deletes the socket. */
    @PreDestroy
    void close() {
        if (vertx != null) {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
        if (staging != null) {
            staging.close();
        }
        if (open != null) {
            try {
                Files.deleteIfExists(open);
            } catch (IOException leftBehind) {
                // the next process finds that nobody listens and replaces it
            }
        }
    }
}
