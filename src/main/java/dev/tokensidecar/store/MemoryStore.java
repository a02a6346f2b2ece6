package dev.tokensidecar.store;

import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.RefreshTokenStore;
import io.smallrye.mutiny.Uni;
import java.util.Optional;

/** A store that starts with the seed and forgets what it was given: the core itself holds the newest token. */
public final class MemoryStore implements RefreshTokenStore {

    private final SeedFile seed;

    public MemoryStore(SeedFile seed) {
        this.seed = seed;
    }

    @Override
    public Uni<Optional<RefreshToken>> load() {
        return Uni.createFrom().item(seed::read);
    }

    @Override
    public Uni<Void> save(RefreshToken refreshToken) {
        return Uni.createFrom().voidItem();
    }

    @Override
    public boolean durable() {
        return false;
    }
}
