package dev.tokensidecar.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * An empty file for locks of the operating system. It is open while this process has a lock on it, and no longer, because a
 * volume with an open file cannot be remounted read-only. There is one object for each file in this process: closing any
 * channel of a file ends all locks that the process has on it (POSIX, {@code fcntl}).
 */
final class LockFile {

    private static final Map<Path, LockFile> ALL = new ConcurrentHashMap<>();

    /** Includes reading, because opening a FIFO only for writing waits for a reader. */
    private static final Set<OpenOption> OPTIONS = Set.of(
            StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(FileAccess.OWNER_ONLY.mode());

    private final Path path;
    private final Set<FileLock> locks = new HashSet<>();

    private @Nullable FileChannel channel;
    private @Nullable Object identity;

    private LockFile(Path path) {
        this.path = path;
    }

    /** Returns the file with this absolute path. Does not touch it yet. */
    static LockFile at(Path path) {
        return ALL.computeIfAbsent(path, LockFile::new);
    }

    Path path() {
        return path;
    }

    /**
     * Locks one byte if it is free. The file is created for the first lock.
     *
     * @return null if another process, or another part of this one, has locked it
     * @throws IOException if there are no locks here: the file system has none, or the file cannot be opened
     */
    synchronized @Nullable FileLock tryLock(long position) throws IOException {
        try {
            FileLock lock = open().tryLock(position, 1, false);
            if (lock != null) {
                locks.add(lock);
            }
            return lock;
        } catch (OverlappingFileLockException ours) {
            return null;
        } finally {
            closeUnused();
        }
    }

    /** Ends a lock, if it has not ended with the file that it was on. */
    synchronized void unlock(FileLock lock) {
        locks.remove(lock);
        try {
            lock.release();
            closeUnused();
        } catch (IOException closed) {
            // a closed file has no locks
        }
    }

    private void closeUnused() throws IOException {
        if (channel != null && locks.isEmpty()) {
            channel.close();
        }
    }

    /** Opens the file, again if somebody has replaced it: other processes lock the one that they find. */
    private FileChannel open() throws IOException {
        if (channel == null || !channel.isOpen() || !isInPlace()) {
            if (channel != null) {
                channel.close();
                locks.clear();
            }
            channel = openAnew();
            identity = identity();
        }
        return channel;
    }

    private FileChannel openAnew() throws IOException {
        boolean exists = Files.exists(path, LinkOption.NOFOLLOW_LINKS);
        if (exists && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("not a regular file");
        }
        return FileChannel.open(path, OPTIONS, OWNER_ONLY);
    }

    private boolean isInPlace() throws IOException {
        try {
            return Objects.equals(identity, identity());
        } catch (NoSuchFileException deleted) {
            return false;
        }
    }

    /** Returns null if the file system cannot tell files apart. */
    private @Nullable Object identity() throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }
}
