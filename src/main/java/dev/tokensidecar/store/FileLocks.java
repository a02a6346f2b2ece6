package dev.tokensidecar.store;

import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreProblem;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The locks of a store that several processes share. The operating system releases those of a process that ends. The first
 * byte of a file belongs to the process that changes the store. A process with a claim in the store also locks a byte of its
 * own. If there are no locks here, everything continues without them.
 */
final class FileLocks {

    private static final long CHANGE = 0;
    private static final int TRIES = 20;
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final LockFile file;
    private final Consumer<Duration> pause;
    private final List<FileLock> held = new ArrayList<>();

    /** @param path the file for the locks; it is created with the first lock, and stays */
    FileLocks(Path path) {
        this(path, pause -> LockSupport.parkNanos(pause.toNanos()));
    }

    /** @param pause waits between two tries to get a lock */
    FileLocks(Path path, Consumer<Duration> pause) {
        this.file = LockFile.at(path.toAbsolutePath());
        this.pause = pause;
    }

    /**
     * Runs the operation while no other process runs one.
     *
     * @throws StoreFailure if others run theirs for a second
     */
    <T> T exclusively(Supplier<T> operation) {
        FileLock lock;
        try {
            lock = awaitLock();
        } catch (IOException noLocks) {
            return operation.get();
        }
        try {
            return operation.get();
        } finally {
            file.unlock(lock);
        }
    }

    private FileLock awaitLock() throws IOException {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            FileLock lock = file.tryLock(CHANGE);
            if (lock != null) {
                return lock;
            }
            pause.accept(PAUSE);
        }
        throw new StoreFailure(StoreProblem.SLOW, file.path() + " is locked by another process");
    }

    /** Lets other processes know from now on that this one, known by its run, has not ended. */
    synchronized void hold(String run) {
        try {
            FileLock lock = file.tryLock(position(run));
            if (lock != null) {
                held.add(lock);
            }
        } catch (IOException noLocks) {
            // others regard this process as ended
        }
    }

    /** Ends what {@link #hold} has begun. */
    synchronized void release() {
        held.forEach(file::unlock);
        held.clear();
    }

    /** Whether the process with this run is known to have not ended. */
    boolean isHeld(String run) {
        try {
            FileLock free = file.tryLock(position(run));
            if (free == null) {
                return true;
            }
            file.unlock(free);
            return false;
        } catch (IOException noLocks) {
            return false;
        }
    }

    /** Returns a byte within the first 2 GiB, the limit of old file systems. */
    private static long position(String run) {
        return CHANGE + 1 + (run.hashCode() & Integer.MAX_VALUE);
    }
}
