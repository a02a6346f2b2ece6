package dev.tokensidecar.store;

import dev.tokensidecar.token.Claim;
import dev.tokensidecar.token.RecordStore;
import dev.tokensidecar.token.SessionRecord;
import dev.tokensidecar.token.StoredRecord;
import io.smallrye.mutiny.Uni;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store in a writable file. {@code docs/decisions.md} shows what a crash leaves after each step. Runs all operations
 * one after the other, in order of arrival, so that a slow save never overwrites a newer one. Processes of one machine may
 * share the file: a lock makes their changes exclude each other, and another one tells whether the holder of a claim runs.
 */
public final class FileStore implements RecordStore {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(200);

    private final SessionFiles files;
    private final FileLocks locks;
    private final Executor serialExecutor;

    /**
     * Does not touch any file yet.
     *
     * @param encryption null to keep the file in plain text
     * @param serialExecutor runs all operations, on one thread that may block
     */
    public FileStore(
            Path path, @Nullable Encryption encryption, SeedFile seed, InstantSource clock, Executor serialExecutor) {
        AtomicFile file = new AtomicFile(path);
        this.files = new SessionFiles(file, new StoreFileFormat(encryption, file.path()), seed, clock);
        this.locks = new FileLocks(file.sibling(".lock").path());
        this.serialExecutor = serialExecutor;
    }

    @Override
    public Uni<StoredRecord> read() {
        return inOrder(files::read);
    }

    @Override
    public Uni<String> write(SessionRecord next, String version) {
        return inOrder(() -> {
            String written = locks.exclusively(() -> files.write(
                    next, version, claim -> locks.hold(claim.holder().run())));
            if (next.claim() == null) {
                locks.release();
            }
            return written;
        });
    }

    /** Without locks on this file system, every other process counts as ended. */
    @Override
    public Uni<Boolean> isAbandoned(Claim claim) {
        return inOrder(() -> !locks.isHeld(claim.holder().run()));
    }

    private <T> Uni<T> inOrder(Supplier<T> operation) {
        return Uni.createFrom()
                .emitter(emitter -> serialExecutor.execute(() -> {
                    try {
                        emitter.complete(operation.get());
                    } catch (RuntimeException e) {
                        emitter.fail(e);
                    }
                }));
    }

    @Override
    public Duration pollInterval() {
        return POLL_INTERVAL;
    }

    @Override
    public boolean durable() {
        return true;
    }
}
