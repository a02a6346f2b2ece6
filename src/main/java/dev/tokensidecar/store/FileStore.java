package dev.tokensidecar.store;

import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.RefreshTokenStore;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * A store in a writable file. A token that was saved here is newer than the seed, and goes before it.
 *
 * <p>Saves run one after the other in the order in which they came, so that a slow one never lands on a newer one.
 */
public final class FileStore implements RefreshTokenStore {

    private final RefreshTokenFile file;
    private final SeedFile seed;
    private final Executor oneAtATime;

    /**
     * Makes a store; touches no file yet.
     *
     * @param oneAtATime runs the saves, on one thread that may be blocked
     */
    public FileStore(Path path, SeedFile seed, Executor oneAtATime) {
        this.file = new RefreshTokenFile(path);
        this.seed = seed;
        this.oneAtATime = oneAtATime;
    }

    @Override
    public Uni<Optional<RefreshToken>> load() {
        return Uni.createFrom().item(() -> stored().or(seed::read));
    }

    private Optional<RefreshToken> stored() {
        try {
            return file.read();
        } catch (IOException e) {
            throw new RefreshFailure.Misconfigured(
                    "store_unreadable",
                    "the stored refresh token cannot be read, " + e.getMessage()
                            + ": restore the file, or delete it to start again from sidecar.token.store.refresh-token-file");
        }
    }

    @Override
    public Uni<Void> save(RefreshToken refreshToken) {
        return Uni.createFrom()
                .emitter(emitter -> oneAtATime.execute(() -> {
                    try {
                        file.write(refreshToken);
                        emitter.complete(null);
                    } catch (IOException | RuntimeException e) {
                        emitter.fail(e);
                    }
                }));
    }

    @Override
    public boolean durable() {
        return true;
    }
}
