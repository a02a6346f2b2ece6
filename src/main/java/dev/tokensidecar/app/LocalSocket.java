package dev.tokensidecar.app;

import dev.tokensidecar.config.SidecarSettings.SocketSettings;
import dev.tokensidecar.store.StagingDirectory;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The file of one Unix domain socket: its permissions decide who may connect. The socket is bound in a private directory
 * and renamed after its owner and mode are set, so that nobody can connect before.
 */
final class LocalSocket {

    private static final Duration ABANDONED_AFTER = Duration.ofMinutes(1);

    private final Path path;
    private final Set<PosixFilePermission> mode;
    private final @Nullable String owner;
    private @Nullable StagingDirectory staging;
    private @Nullable Object identity;

    /**
     * @param path absolute
     * @param owner {@code user:group}; null for those of the process
     */
    private LocalSocket(Path path, Set<PosixFilePermission> mode, @Nullable String owner) {
        this.path = path;
        this.mode = mode;
        this.owner = owner;
    }

    static LocalSocket of(SocketSettings settings) {
        return new LocalSocket(settings.path().toAbsolutePath(), settings.mode(), settings.owner());
    }

    Path path() {
        return path;
    }

    /**
     * Opens the socket. Keeps the directory until the end, because the server, when it closes, deletes the path that it was
     * bound to.
     *
     * @param listen binds a server to a path
     */
    void open(Consumer<Path> listen) throws IOException {
        requireFree();
        StagingDirectory.sweep(path, Instant.now().minus(ABANDONED_AFTER));
        StagingDirectory directory = StagingDirectory.beside(path);
        staging = directory;
        Path socket = directory.staged();
        listen.accept(socket);
        restrict(socket);
        identity = identity(socket);
        directory.publish();
    }

    /** Says what is wrong with the path, in words that name a remedy where one is known. */
    static String reason(Exception e) {
        return switch (e) {
            case ConfigurationException explained -> String.valueOf(explained.getMessage());
            case NoSuchFileException missing -> "the directory does not exist: create it, or mount a volume there";
            case AccessDeniedException denied -> "the process may not write to the directory: give it the right to";
            default -> e.toString();
        };
    }

    /**
     * Says what would stop the start; null for nothing. Does not look for a process that listens at the path: it may be the
     * sidecar itself.
     */
    @Nullable String problem() {
        try {
            Path directory = Objects.requireNonNull(path.getParent());
            if (!Files.isDirectory(directory)) {
                throw new NoSuchFileException(directory.toString());
            }
            if (!Files.isWritable(directory)) {
                throw new AccessDeniedException(directory.toString());
            }
            var unused = isTaken();
            if (owner != null) {
                var unusedOwner = SocketOwner.of(owner, path.getFileSystem().getUserPrincipalLookupService());
            }
            return null;
        } catch (IOException | ConfigurationException e) {
            return reason(e);
        }
    }

    /** Accepts the socket that an ended process left behind, and nothing else at this path. */
    private void requireFree() throws IOException {
        if (!isTaken()) {
            return;
        }
        if (!Files.isWritable(path)) {
            throw new ConfigurationException("a socket is there that the process may not connect to, so it cannot tell"
                    + " whether another process listens: remove it, or choose another path");
        }
        if (isInUse(path)) {
            throw new ConfigurationException(
                    "another process listens on it: stop that process, or choose another path");
        }
    }

    /** Whether there is a socket; anything else must not be replaced. */
    private boolean isTaken() throws IOException {
        boolean taken = Files.exists(path, LinkOption.NOFOLLOW_LINKS);
        if (taken && !isSocket(path)) {
            throw new ConfigurationException("the path exists and is not a socket: remove it, or choose another path");
        }
        return taken;
    }

    private static boolean isSocket(Path path) throws IOException {
        int format = 0170000;
        int socket = 0140000;
        Object mode = Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        return ((Integer) mode & format) == socket;
    }

    private static boolean isInUse(Path path) {
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

    private void restrict(Path socket) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(socket, PosixFileAttributeView.class);
        view.setPermissions(mode);
        if (owner != null) {
            SocketOwner.of(owner, socket.getFileSystem().getUserPrincipalLookupService())
                    .take(view);
        }
    }

    private static @Nullable Object identity(Path socket) throws IOException {
        return Files.readAttributes(socket, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    /** Deletes the socket, after its server has closed, unless a successor has already replaced it. */
    void close() {
        if (staging != null) {
            staging.close();
        }
        if (identity != null) {
            try {
                if (identity.equals(identity(path))) {
                    Files.delete(path);
                }
            } catch (IOException goneOrLeftBehind) {
                // the next process finds that nobody listens and replaces it
            }
        }
    }
}
