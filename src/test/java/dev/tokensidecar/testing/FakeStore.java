package dev.tokensidecar.testing;

import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.RefreshTokenStore;
import dev.tokensidecar.token.Secret;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A store in memory that can hold its acknowledgements, fail, and tell what was saved. */
public final class FakeStore implements RefreshTokenStore {

    private final Deque<UniEmitter<? super Void>> held = new ArrayDeque<>();
    private final List<String> saved = new ArrayList<>();
    private @Nullable RefreshToken content =
            new RefreshToken(Secret.of("refresh-0"), Instant.parse("2026-01-01T00:00:00Z"), null);
    private boolean holding;
    private boolean failing;
    private boolean durable = true;

    @Override
    public synchronized Uni<Optional<RefreshToken>> load() {
        return Uni.createFrom().item(Optional.ofNullable(content));
    }

    @Override
    public Uni<Void> save(RefreshToken refreshToken) {
        return Uni.createFrom().emitter(emitter -> {
            synchronized (this) {
                if (failing) {
                    emitter.fail(new java.io.IOException("no space left on device"));
                    return;
                }
                saved.add(refreshToken.value().reveal());
                content = refreshToken;
                if (holding) {
                    held.add(emitter);
                    return;
                }
            }
            emitter.complete(null);
        });
    }

    @Override
    public synchronized boolean durable() {
        return durable;
    }

    public synchronized void empty() {
        content = null;
    }

    public synchronized void volatileOnly() {
        durable = false;
    }

    public synchronized void holding(boolean on) {
        holding = on;
    }

    public synchronized void failing(boolean on) {
        failing = on;
    }

    /** Acknowledges the oldest held save. */
    public void acknowledge() {
        UniEmitter<? super Void> emitter;
        synchronized (this) {
            emitter = held.remove();
        }
        emitter.complete(null);
    }

    /** Everything that was saved, in order. */
    public synchronized List<String> saved() {
        return List.copyOf(saved);
    }
}
