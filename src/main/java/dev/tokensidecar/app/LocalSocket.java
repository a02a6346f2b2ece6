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
 * The same HTTP interface as a Unix domain socket, where the operator wants one: file permissions decide who may connect.
 * It is bound in a private directory and renamed when its owner and mode are set, so that nobody connects before.
 */
@Singleton
class LocalSocket {

    private static final Duration ABANDONED = Duration.ofMinutes(1);

    private final Instance<SidecarSettings> settings;
    private final FrontDoor frontDoor;
    private final ObjectMapper json;
    private @Nullable Vertx vertx;
    private @Nullable StagingDirectory staging;
    private @Nullable Path open;

    LocalSocket(Instance<SidecarSettings> settings, FrontDoor frontDoor, ObjectMapper json) {
        this.settings = settings;
        this.frontDoor = frontDoor;
        this.json = json;
    }

    /** Opens the socket; does nothing where none is wanted. */
    void open() {
        SidecarSettings.Guard guard = settings.get().guard();
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

    /** The directory is held until the end, since the server removes at its end what it was bound to. */
    private void bind(Path path, SidecarSettings.Guard guard) throws IOException {
        StagingDirectory.sweep(path, Instant.now().minus(ABANDONED));
        StagingDirectory held = StagingDirectory.beside(path);
        staging = held;
        Path socket = held.staged();
        listen(socket);
        restrict(socket, guard);
        held.publish();
    }

    private static String reason(Exception e) {
        return e instanceof ConfigurationException ? String.valueOf(e.getMessage()) : e.toString();
    }

    /** What a process left behind that is gone may be replaced; anything else may not. */
    private static void requireFree(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!isSocket(path)) {
            throw new ConfigurationException("something that is no socket is there: remove it, or name another path");
        }
        if (answers(path)) {
            throw new ConfigurationException("another process listens there: end it, or name another path");
        }
    }

    private static boolean isSocket(Path path) throws IOException {
        int format = 0170000;
        int socket = 0140000;
        Object mode = Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        return ((Integer) mode & format) == socket;
    }

    private static boolean answers(Path path) {
        if (!Files.isWritable(path)) {
            return false;
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.configureBlocking(false);
            var unused = channel.connect(UnixDomainSocketAddress.of(path));
            return true;
        } catch (ConnectException nobody) {
            return false;
        } catch (IOException noRoomInItsQueue) {
            return true;
        }
    }

    /** On the native transport, which TCP does not use: see {@code docs/decisions.md}. */
    private void listen(Path path) {
        vertx = Vertx.builder()
                .with(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1))
                .build();
        if (!vertx.isNativeTransportEnabled()) {
            throw new ConfigurationException("this platform has no native transport: leave the socket out");
        }
        var unused = Listening.open(
                vertx,
                SocketAddress.domainSocketAddress(path.toString()),
                frontDoor.tokenInterface(),
                new WellFormedTarget(json, VertxHttpRecorder.getRootHandler()),
                "sidecar.guard.socket");
    }

    private static void restrict(Path path, SidecarSettings.Guard guard) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        view.setPermissions(guard.socketMode());
        if (guard.socketOwner() != null) {
            String[] owner = guard.socketOwner().split(":", 2);
            UserPrincipalLookupService users = path.getFileSystem().getUserPrincipalLookupService();
            view.setGroup(users.lookupPrincipalByGroupName(owner[1]));
            view.setOwner(users.lookupPrincipalByName(owner[0]));
        }
    }

    /** Takes the socket away. */
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
            } catch (IOException left) {
                // the next process finds it dead and replaces it
            }
        }
    }
}
