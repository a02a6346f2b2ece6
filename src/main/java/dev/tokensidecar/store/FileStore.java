package dev.tokensidecar.store;

import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.RefreshTokenStore;
import dev.tokensidecar.token.StoreContents;
import io.smallrye.mutiny.Uni;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store in a writable file. {@code docs/decisions.md} shows what a crash leaves after each step. Runs all operations
 * one after the other, in order of arrival, so that a slow save never overwrites a newer one.
 */
public final class FileStore implements RefreshTokenStore {

    private final TokenFiles files;
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
        this.files = new TokenFiles(file, new StoreFileFormat(encryption, file.path()), seed, clock);
        this.serialExecutor = serialExecutor;
    }

    @Override
    public Uni<StoreContents> load() {
        return inOrder(files::load);
    }

    @Override
    public Uni<Void> attempt(RefreshToken presented) {
        return inOrder(() -> {
            files.attempt(presented);
            return null;
        });
    }

    @Override
    public Uni<Void> save(RefreshToken refreshToken) {
        return inOrder(() -> {
            files.save(refreshToken);
            return null;
        });
    }

    @Override
    public Uni<Void> settle(RefreshToken presented, boolean used) {
        return inOrder(() -> {
            files.settle(presented, used);
            return null;
        });
    }

    private <T> Uni<T> inOrder(Supplier<@Nullable T> operation) {
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
    public boolean durable() {
        return true;
    }
}
