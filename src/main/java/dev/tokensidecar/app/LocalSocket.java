package dev.tokensidecar.app;

import dev.tokensidecar.store.StagingDirectory;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.time.Duration;
import java.time.Instant;
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
    private boolean open;

    /**
     * @param path absolute
     * @param owner {@code user:group}; null for those of the process
     */
    LocalSocket(Path path, Set<PosixFilePermission> mode, @Nullable String owner) {
        this.path = path;
        this.mode = mode;
        this.owner = owner;
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
        directory.publish();
        open = true;
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

    /** Accepts the socket that an ended process left behind, and nothing else at this path. */
    private void requireFree() throws IOException {
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

    private void restrict(Path socket) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(socket, PosixFileAttributeView.class);
        view.setPermissions(mode);
        if (owner != null) {
            giveTo(owner, view, socket.getFileSystem().getUserPrincipalLookupService());
        }
    }

    private interface Lookup<P> {
        P find(String name) throws IOException;
    }

    /** The exception itself has no name from Java 25 on. */
    private static <P> P known(String name, Lookup<P> lookup) throws IOException {
        try {
            return lookup.find(name);
        } catch (UserPrincipalNotFoundException unknown) {
            throw new ConfigurationException("nobody here is called " + name + ": write its number");
        }
    }

    private static void giveTo(String owner, PosixFileAttributeView view, UserPrincipalLookupService users)
            throws IOException {
        String[] names = owner.split(":", 2);
        try {
            view.setGroup(known(names[1], users::lookupPrincipalByGroupName));
            view.setOwner(known(names[0], users::lookupPrincipalByName));
        } catch (FileSystemException denied) {
            throw new ConfigurationException("it cannot be given to " + owner + " (" + denied.getReason()
                    + "): only root can name a user other than itself, or a group that it does not belong to");
        }
    }

    /** Deletes the socket, after its server has closed. */
    void close() {
        if (staging != null) {
            staging.close();
        }
        if (open) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException leftBehind) {
                // the next process finds that nobody listens and replaces it
            }
        }
    }
}
