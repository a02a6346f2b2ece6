package dev.tokensidecar.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.ClosedDirectoryStreamException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;

/**
 * A private directory for the next version of a file, in the directory of the file that it will replace. Other users may be
 * able to write to the parent directory. They can rename this directory or remove it, but cannot enter it, and once it is
 * open, nothing depends on its name.
 */
public final class StagingDirectory implements AutoCloseable {

    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(FileAccess.OWNER_ONLY.mode());
    private static final Path STAGED = Path.of("staged");
    /** Appended to a name, ensures that only a directory is opened: opening a FIFO would block. */
    private static final Path SELF = Path.of(".");

    private static final String EXTENSION = ".tmp";

    private final SecureDirectoryStream<Path> parent;
    private final SecureDirectoryStream<Path> directory;
    private final Path name;
    private final Path target;

    private StagingDirectory(
            SecureDirectoryStream<Path> parent, SecureDirectoryStream<Path> directory, Path name, Path target) {
        this.parent = parent;
        this.directory = directory;
        this.name = name;
        this.target = target;
    }

    /** Creates a staging directory for the file with this absolute path. */
    public static StagingDirectory beside(Path file) throws IOException {
        Path target = fileName(file);
        SecureDirectoryStream<Path> parent = open(parent(file));
        try {
            Path name = Path.of(target + "." + Long.toUnsignedString(new SecureRandom().nextLong()) + EXTENSION);
            Files.createDirectory(file.resolveSibling(name), PosixFilePermissions.asFileAttribute(PRIVATE));
            return new StagingDirectory(parent, enterOrRemove(parent, name), name, target);
        } catch (IOException | RuntimeException e) {
            ignoringFailures(parent::close);
            throw e;
        }
    }

    private static SecureDirectoryStream<Path> enterOrRemove(SecureDirectoryStream<Path> parent, Path name)
            throws IOException {
        try {
            return enter(parent, name);
        } catch (IOException | RuntimeException e) {
            ignoringFailures(() -> parent.deleteDirectory(name));
            throw e;
        }
    }

    /**
     * Opens a directory and makes it private. Another user may have replaced the directory of this name. But only its
     * owner can change the mode, so a change of mode that succeeds proves ownership. Root can change any mode, so for root
     * this checks the owner.
     */
    static SecureDirectoryStream<Path> enter(SecureDirectoryStream<Path> parent, Path name) throws IOException {
        SecureDirectoryStream<Path> directory = parent.newDirectoryStream(name.resolve(SELF));
        try {
            PosixFileAttributeView attributes = directory.getFileAttributeView(PosixFileAttributeView.class);
            Path process = Path.of("/proc/self");
            boolean root = Files.getAttribute(process, "unix:uid").equals(0);
            if (root && !attributes.getOwner().equals(Files.getOwner(process))) {
                throw new FileSystemException(name.toString(), null, "somebody else replaced the staging directory");
            }
            attributes.setPermissions(PRIVATE);
            return directory;
        } catch (IOException | RuntimeException e) {
            ignoringFailures(directory::close);
            throw e;
        }
    }

    /**
     * Returns a path for staging anything but a file, for example a socket. The path goes through the handle of this
     * directory, so it stays valid even if the directory is renamed.
     */
    public Path staged() throws IOException {
        Object wanted = directory
                .getFileAttributeView(BasicFileAttributeView.class)
                .readAttributes()
                .fileKey();
        try (DirectoryStream<Path> handles = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path handle : handles) {
                if (wanted.equals(fileKey(handle))) {
                    return handle.resolve(STAGED);
                }
            }
        }
        throw new FileSystemException(name.toString(), null, "/proc does not list the handle of the staging directory");
    }

    private static Object fileKey(Path handle) throws IOException {
        try {
            return Objects.requireNonNullElse(
                    Files.readAttributes(handle, BasicFileAttributes.class).fileKey(), "");
        } catch (NoSuchFileException closed) {
            return "";
        }
    }

    /** Stages a file. Its content and permissions are on the disk when this returns. */
    void write(byte[] content, FileAccess access) throws IOException {
        var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = file(directory.newByteChannel(STAGED, options, PRIVATE_FILE))) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            access.grant(
                    directory.getFileAttributeView(STAGED, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS));
            channel.force(true);
        }
    }

    /** Renames the staged file into place and removes this directory. The rename is on the disk when this returns. */
    public void publish() throws IOException {
        confirm(rename());
        try (FileChannel channel = file(parent.newByteChannel(SELF, Set.of(StandardOpenOption.READ)))) {
            channel.force(true);
        }
        ignoringFailures(() -> parent.deleteDirectory(name));
    }

    /** Returns the identity of the renamed file, for {@link #confirm}. */
    Object rename() throws IOException {
        Object staged = fileKey(directory, STAGED);
        directory.move(STAGED, parent, target);
        return staged;
    }

    /** Fails if another user has replaced the file right after the rename. */
    void confirm(Object staged) throws IOException {
        if (!staged.equals(fileKey(parent, target))) {
            throw new FileSystemException(target.toString(), null, "somebody else replaced it at the same time");
        }
    }

    private static Object fileKey(SecureDirectoryStream<Path> directory, Path name) throws IOException {
        return directory
                .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes()
                .fileKey();
    }

    /** Removes anything staged but not published. Does nothing when called again. */
    @Override
    public void close() {
        ignoringFailures(() -> directory.deleteFile(STAGED));
        ignoringFailures(() -> parent.deleteDirectory(name));
        ignoringFailures(directory::close);
        ignoringFailures(parent::close);
    }

    /**
     * Removes the staging directories that ended processes have left behind.
     *
     * @param file the file that they were for
     * @param untouchedSince anything that changed later stays: it may belong to a running process
     */
    public static void sweep(Path file, Instant untouchedSince) {
        ignoringFailures(() -> {
            String prefix = fileName(file) + ".";
            try (var parent = open(parent(file))) {
                for (Path entry : parent) {
                    Path name = fileName(entry);
                    if (name.toString().startsWith(prefix) && name.toString().endsWith(EXTENSION)) {
                        ignoringFailures(() -> remove(parent, name, untouchedSince));
                    }
                }
            }
        });
    }

    private static void remove(SecureDirectoryStream<Path> parent, Path name, Instant untouchedSince)
            throws IOException {
        BasicFileAttributes found = parent.getFileAttributeView(
                        name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
        if (!found.lastModifiedTime().toInstant().isBefore(untouchedSince)) {
            return;
        }
        if (!found.isDirectory()) {
            parent.deleteFile(name);
            return;
        }
        try (var leftover = enter(parent, name)) {
            ignoringFailures(() -> leftover.deleteFile(STAGED));
        }
        parent.deleteDirectory(name);
    }

    private static Path parent(Path file) {
        return Objects.requireNonNull(file.getParent(), "the path is absolute");
    }

    private static Path fileName(Path file) {
        return Objects.requireNonNull(file.getFileName(), "the path is not the root");
    }

    @SuppressWarnings("StreamResourceLeak") // the caller closes it
    private static SecureDirectoryStream<Path> open(Path directory) throws IOException {
        DirectoryStream<Path> stream = Files.newDirectoryStream(directory.resolve(SELF));
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        stream.close();
        throw new IOException("this platform cannot hold a directory open; Linux can");
    }

    private static FileChannel file(SeekableByteChannel channel) {
        return (FileChannel) channel;
    }

    private interface Cleanup {
        void run() throws IOException;
    }

    /** Ignores failures: leftovers do no harm, a real problem fails the next write, and an earlier failure must show. */
    private static void ignoringFailures(Cleanup step) {
        try {
            step.run();
        } catch (IOException | DirectoryIteratorException | ClosedDirectoryStreamException ignored) {
            // ignored, see above
        }
    }
}
