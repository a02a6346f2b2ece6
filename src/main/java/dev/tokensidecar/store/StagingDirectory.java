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
 * A private directory in which the next version of a file is made, beside the file that it will replace. Others may be
 * able to write to the directory around both: they can take the name of this one away, but they cannot enter it, and no
 * name outside it is relied on once it is open.
 */
public final class StagingDirectory implements AutoCloseable {

    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(FileAccess.OWNER_ONLY.mode());
    private static final Path STAGED = Path.of("staged");
    /** Behind a name it makes sure that only a directory is opened: to open a FIFO would block. */
    private static final Path ITSELF = Path.of(".");

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

    /** Makes a staging directory for the file with this absolute path. */
    public static StagingDirectory beside(Path file) throws IOException {
        Path target = fileName(file);
        SecureDirectoryStream<Path> parent = open(parent(file));
        try {
            Path name = Path.of(target + "." + Long.toUnsignedString(new SecureRandom().nextLong()) + EXTENSION);
            Files.createDirectory(file.resolveSibling(name), PosixFilePermissions.asFileAttribute(PRIVATE));
            return new StagingDirectory(parent, enterOrRemove(parent, name), name, target);
        } catch (IOException | RuntimeException e) {
            attempt(parent::close);
            throw e;
        }
    }

    private static SecureDirectoryStream<Path> enterOrRemove(SecureDirectoryStream<Path> parent, Path name)
            throws IOException {
        try {
            return enter(parent, name);
        } catch (IOException | RuntimeException e) {
            attempt(() -> parent.deleteDirectory(name));
            throw e;
        }
    }

    /**
     * Opens a directory and makes it private. By now the name may stand for something that somebody else has put there,
     * but only the owner of a directory can change its mode; that root can as well proves nothing, so root must own it.
     */
    static SecureDirectoryStream<Path> enter(SecureDirectoryStream<Path> parent, Path name) throws IOException {
        SecureDirectoryStream<Path> directory = parent.newDirectoryStream(name.resolve(ITSELF));
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
            attempt(directory::close);
            throw e;
        }
    }

    /**
     * Where something other than a file can be staged, such as a socket: a path by the handle of this directory, which
     * leads here whatever has become of its name.
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
        throw new FileSystemException(name.toString(), null, "the handle of the staging directory is not in /proc");
    }

    private static Object fileKey(Path handle) throws IOException {
        try {
            return Objects.requireNonNullElse(
                    Files.readAttributes(handle, BasicFileAttributes.class).fileKey(), "");
        } catch (NoSuchFileException closed) {
            return "";
        }
    }

    /** Stages a file; what is in it, and who may read it, is on the disk when this returns. */
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

    /** Renames what is staged into place and removes this directory; the rename is on the disk when this returns. */
    public void publish() throws IOException {
        confirm(rename());
        try (FileChannel channel = file(parent.newByteChannel(ITSELF, Set.of(StandardOpenOption.READ)))) {
            channel.force(true);
        }
        attempt(() -> parent.deleteDirectory(name));
    }

    /** Tells what was renamed, so that it can be known again. */
    Object rename() throws IOException {
        Object staged = fileKey(directory, STAGED);
        directory.move(STAGED, parent, target);
        return staged;
    }

    /** What stands there now may be somebody else's, who has replaced ours at once. */
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

    /** Removes what was staged and not published. A second time does nothing. */
    @Override
    public void close() {
        attempt(() -> directory.deleteFile(STAGED));
        attempt(() -> parent.deleteDirectory(name));
        attempt(directory::close);
        attempt(parent::close);
    }

    /**
     * Removes the staging directories of a process that has ended while it had one.
     *
     * @param file what they were for
     * @param untouchedSince what has changed later may be another process at work
     */
    public static void sweep(Path file, Instant untouchedSince) {
        attempt(() -> {
            String prefix = fileName(file) + ".";
            try (var parent = open(parent(file))) {
                for (Path entry : parent) {
                    Path name = fileName(entry);
                    if (name.toString().startsWith(prefix) && name.toString().endsWith(EXTENSION)) {
                        attempt(() -> remove(parent, name, untouchedSince));
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
            attempt(() -> leftover.deleteFile(STAGED));
        }
        parent.deleteDirectory(name);
    }

    private static Path parent(Path file) {
        return Objects.requireNonNull(file.getParent(), "the path is absolute");
    }

    private static Path fileName(Path file) {
        return Objects.requireNonNull(file.getFileName(), "the path is not the root");
    }

    @SuppressWarnings("StreamResourceLeak") // whoever opens it closes it
    private static SecureDirectoryStream<Path> open(Path directory) throws IOException {
        DirectoryStream<Path> stream = Files.newDirectoryStream(directory.resolve(ITSELF));
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        stream.close();
        throw new IOException("this platform cannot hold a directory open; Linux can");
    }

    private static FileChannel file(SeekableByteChannel channel) {
        return (FileChannel) channel;
    }

    private interface Attempt {
        void run() throws IOException;
    }

    /** Litter costs nothing, and whatever is wrong here is told when it matters; it hides nothing that went wrong before. */
    private static void attempt(Attempt step) {
        try {
            step.run();
        } catch (IOException | DirectoryIteratorException | ClosedDirectoryStreamException untidy) {
            // see above
        }
    }
}
