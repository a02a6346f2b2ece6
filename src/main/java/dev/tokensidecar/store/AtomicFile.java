package dev.tokensidecar.store;

import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreProblem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * A small file that is replaced as a whole: written in a {@link StagingDirectory}, forced to the disk, renamed over it. A
 * reader finds the old content or the new one, never a part of either, whenever the power goes. Only those may read it who
 * are meant to, whoever else may write to its directory.
 */
final class AtomicFile {

    private static final int MAX_BYTES = 256 * 1024;
    private static final long SMALL_SPACE = 64 * 1024;
    /** ENOSPC and EDQUOT. In another language they are not understood, and told as they are. */
    private static final Set<String> NOTHING_LEFT = Set.of("No space left on device", "Disk quota exceeded");

    private final Path path;
    private final Path directory;
    private final FileAccess access;

    /** Only its owner may read it. */
    AtomicFile(Path path) {
        this(path, FileAccess.OWNER_ONLY);
    }

    AtomicFile(Path path, FileAccess access) {
        this.path = path.toAbsolutePath();
        Path parent = this.path.getParent();
        this.directory = parent == null ? this.path : parent;
        this.access = access;
    }

    /** A file beside this one, called like it with an extension. */
    AtomicFile sibling(String extension) {
        return new AtomicFile(directory.resolve(path.getFileName() + extension), access);
    }

    Path path() {
        return path;
    }

    /**
     * Reads the content.
     *
     * @return empty if there is no file
     * @throws StoreFailure if there is one that this process may not read, or that is no plain file
     */
    Optional<byte[]> read() {
        try (FileChannel channel = open()) {
            ByteBuffer content = ByteBuffer.allocate((int) Math.min(channel.size(), MAX_BYTES) + 1);
            // by position: what has none, such as a FIFO, cannot be read so, and would have to be waited for
            while (content.hasRemaining() && channel.read(content, content.position()) >= 0) {}
            if (content.position() > MAX_BYTES) {
                throw new StoreFailure(StoreProblem.DAMAGED, path + " is far larger than any file of this program");
            }
            return Optional.of(Arrays.copyOf(content.array(), content.position()));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StoreFailure(StoreProblem.UNREADABLE, path + " is no file that this process may read and write");
        }
    }

    /** For writing too, so that it returns at once: to open a FIFO for reading alone blocks until somebody writes to it. */
    private FileChannel open() throws IOException {
        try {
            return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException none) {
            throw none;
        } catch (IOException e) {
            if (Files.getFileStore(directory).isReadOnly()) {
                return FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            }
            throw e;
        }
    }

    boolean exists() {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** Whether others may read it than are meant to; false where the file system knows no such thing. */
    boolean exposed() {
        try {
            return !access.mode().containsAll(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** Replaces the content; when this returns, it is on the disk. */
    void replace(byte[] content) {
        writing(() -> {
            try (StagingDirectory staging = StagingDirectory.beside(path)) {
                staging.write(content, access);
                staging.publish();
            }
        });
    }

    /** Moves whatever is there out of the way and keeps it. */
    void setAside() {
        writing(() -> {
            if (exists()) {
                Files.move(path, sibling(".damaged").path(), StandardCopyOption.REPLACE_EXISTING);
            }
        });
    }

    void delete() {
        writing(() -> Files.deleteIfExists(path));
    }

    /**
     * Removes what a process left behind that was ended between writing and renaming.
     *
     * @param untouchedSince what has changed later may be another process at work
     */
    void sweep(Instant untouchedSince) {
        StagingDirectory.sweep(path, untouchedSince);
    }

    private interface Write {
        void run() throws IOException;
    }

    private void writing(Write write) {
        try {
            write.run();
        } catch (IOException e) {
            throw new StoreFailure(problem(e), path + " cannot be written, " + reason(e));
        }
    }

    /** Asks the file system, and the system's own words where it is a quota or a limit on files that is used up. */
    StoreProblem problem(IOException failure) {
        try {
            var fileSystem = Files.getFileStore(directory);
            if (fileSystem.isReadOnly()) {
                return StoreProblem.READ_ONLY;
            }
            boolean refused = failure instanceof AccessDeniedException || failure instanceof NoSuchFileException;
            boolean full = fileSystem.getUsableSpace() < SMALL_SPACE || NOTHING_LEFT.contains(reason(failure));
            return full && !refused ? StoreProblem.FULL : StoreProblem.UNWRITABLE;
        } catch (IOException e) {
            return StoreProblem.UNWRITABLE;
        }
    }

    /** What the operating system said; it quotes nothing. */
    private static String reason(IOException failure) {
        String reason = failure instanceof FileSystemException it ? it.getReason() : failure.getMessage();
        return reason == null ? failure.getClass().getSimpleName() : reason;
    }
}
