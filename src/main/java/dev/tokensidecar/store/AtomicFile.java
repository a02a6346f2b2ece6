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
 * A small file that is replaced as a whole. The new content is written in a {@link StagingDirectory}, forced to the disk
 * and renamed over the old one. So a reader finds the old content or the new one, never a part, even after a power failure.
 * Other users cannot read the file, even if they may write to its directory.
 */
final class AtomicFile {

    private static final int MAX_BYTES = 256 * 1024;
    private static final long MIN_FREE_BYTES = 64 * 1024;
    /** ENOSPC and EDQUOT in English. Other languages are not recognized, but the detail quotes them. */
    private static final Set<String> NO_SPACE_REASONS = Set.of("No space left on device", "Disk quota exceeded");

    private final Path path;
    private final Path directory;
    private final FileAccess access;

    /** Lets only the owner read the file. */
    AtomicFile(Path path) {
        this(path, FileAccess.OWNER_ONLY);
    }

    AtomicFile(Path path, FileAccess access) {
        this.path = path.toAbsolutePath();
        Path parent = this.path.getParent();
        this.directory = parent == null ? this.path : parent;
        this.access = access;
    }

    /** Returns a file in the same directory, named like this one plus an extension. */
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
     * @throws StoreFailure if this process may not read the file, or if it is not a regular file
     */
    Optional<byte[]> read() {
        try (FileChannel channel = open()) {
            ByteBuffer content = ByteBuffer.allocate((int) Math.min(channel.size(), MAX_BYTES) + 1);
            // a read by position fails for a FIFO, where a plain read would block
            while (content.hasRemaining() && channel.read(content, content.position()) >= 0) {}
            if (content.position() > MAX_BYTES) {
                throw new StoreFailure(StoreProblem.DAMAGED, path + " is far larger than any file of the sidecar");
            }
            return Optional.of(Arrays.copyOf(content.array(), content.position()));
        } catch (NoSuchFileException missing) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StoreFailure(
                    StoreProblem.UNREADABLE, path + " is not a file that the sidecar may read and write");
        }
    }

    /** Opens for writing too, so that it never blocks: opening a FIFO only for reading waits for a writer. */
    private FileChannel open() throws IOException {
        try {
            return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException missing) {
            throw missing;
        } catch (IOException e) {
            if (Files.getFileStore(directory).isReadOnly()) {
                return FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            }
            throw e;
        }
    }

    /** Whether unintended users may read the file; false if the file system has no permissions. */
    boolean exposed() {
        try {
            return !access.mode().containsAll(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** Replaces the content. It is on the disk when this returns. */
    void replace(byte[] content) {
        translateFailures(() -> {
            try (StagingDirectory staging = StagingDirectory.beside(path)) {
                staging.write(content, access);
                staging.publish();
            }
        });
    }

    /** Renames the file, if there is one, so that it is kept but not in the way. */
    void setAside() {
        translateFailures(() -> {
            try {
                Files.move(path, sibling(".damaged").path(), StandardCopyOption.REPLACE_EXISTING);
            } catch (NoSuchFileException missing) {
                // nothing is in the way, or no longer
            }
        });
    }

    void delete() {
        translateFailures(() -> Files.deleteIfExists(path));
    }

    /**
     * Removes the leftovers of a process that ended between writing and renaming.
     *
     * @param untouchedSince anything that changed later stays: it may belong to a running process
     */
    void sweep(Instant untouchedSince) {
        StagingDirectory.sweep(path, untouchedSince);
    }

    private interface Write {
        void run() throws IOException;
    }

    private void translateFailures(Write write) {
        try {
            write.run();
        } catch (IOException e) {
            throw new StoreFailure(problem(e), path + " cannot be written: " + reason(e));
        }
    }

    /** Asks the file system, and compares the error text for an exhausted quota or number of files. */
    StoreProblem problem(IOException failure) {
        try {
            var fileSystem = Files.getFileStore(directory);
            if (fileSystem.isReadOnly()) {
                return StoreProblem.READ_ONLY;
            }
            boolean notAboutSpace = failure instanceof AccessDeniedException || failure instanceof NoSuchFileException;
            boolean full = fileSystem.getUsableSpace() < MIN_FREE_BYTES || NO_SPACE_REASONS.contains(reason(failure));
            return full && !notAboutSpace ? StoreProblem.FULL : StoreProblem.UNWRITABLE;
        } catch (IOException e) {
            return StoreProblem.UNWRITABLE;
        }
    }

    /** Returns the text of the operating system, which quotes nothing from the file. */
    private static String reason(IOException failure) {
        String reason = failure instanceof FileSystemException it ? it.getReason() : failure.getMessage();
        return reason == null ? failure.getClass().getSimpleName() : reason;
    }
}
