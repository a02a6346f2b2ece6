package dev.tokensidecar.store;

import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.RefreshTokenStore;
import dev.tokensidecar.token.StoreContents;
import dev.tokensidecar.token.TokenHash;
import io.smallrye.mutiny.Uni;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A store that offers the seed and keeps nothing: the core itself holds the newest token. */
public final class MemoryStore implements RefreshTokenStore {

    private final SeedFile seed;
    private final Set<TokenHash> seenSeeds = new HashSet<>();
    private @Nullable TokenHash seedRead;

    public MemoryStore(SeedFile seed) {
        this.seed = seed;
    }

    @Override
    public Uni<StoreContents> load() {
        return Uni.createFrom().item(() -> {
            RefreshToken found = seed.read().orElse(null);
            return new StoreContents(isUnseen(found) ? found : null, null, null, null, null);
        });
    }

    private synchronized boolean isUnseen(@Nullable RefreshToken found) {
        seedRead = found == null ? null : found.hash();
        return !seenSeeds.contains(seedRead);
    }

    @Override
    public Uni<Void> attempt(RefreshToken presented) {
        return Uni.createFrom().voidItem();
    }

    @Override
    public Uni<Void> save(RefreshToken refreshToken) {
        return Uni.createFrom().voidItem().invoke(this::markSeedSeen);
    }

    @Override
    public Uni<Void> settle(RefreshToken presented, boolean used) {
        return used
                ? Uni.createFrom().voidItem().invoke(this::markSeedSeen)
                : Uni.createFrom().voidItem();
    }

    /** Marks the seed as seen: a seed from before a successful refresh is never newer than that refresh. */
    private synchronized void markSeedSeen() {
        if (seedRead != null) {
            seenSeeds.add(seedRead);
        }
    }

    @Override
    public boolean durable() {
        return false;
    }
}
