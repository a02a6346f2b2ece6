package dev.tokensidecar.testing.core;

import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.RefreshTokenStore;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.StoreContents;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreProblem;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A store in memory that can hold acknowledgements and fail, and records all operations. */
public final class FakeStore implements RefreshTokenStore {

    private static final Instant EARLIER = Instant.parse("2026-01-01T00:00:00Z");

    private final Deque<UniEmitter<? super Void>> held = new ArrayDeque<>();
    private final List<String> saved = new ArrayList<>();
    private final List<String> events = new ArrayList<>();
    private StoreContents content = new StoreContents(null, token("refresh-0"), null, null, null);
    private @Nullable StoreProblem unreadable;
    private @Nullable StoreProblem unwritable;
    private Set<String> unwritableWhen = Set.of();
    private boolean holding;
    private boolean hanging;
    private boolean durable = true;

    @Override
    public Uni<StoreContents> load() {
        return Uni.createFrom().emitter(emitter -> {
            synchronized (this) {
                if (hanging) {
                    return;
                }
            }
            if (unreadable == null) {
                emitter.complete(content());
            } else {
                emitter.fail(new StoreFailure(unreadable, "the file of the test"));
            }
        });
    }

    private synchronized StoreContents content() {
        return content;
    }

    @Override
    public Uni<Void> attempt(RefreshToken presented) {
        return write("attempt", presented);
    }

    @Override
    public Uni<Void> settle(RefreshToken presented, boolean used) {
        return write(used ? "used" : "unused", presented);
    }

    private Uni<Void> write(String operation, RefreshToken token) {
        return Uni.createFrom().emitter(emitter -> {
            synchronized (this) {
                events.add(operation + " " + token.value().reveal());
            }
            acknowledge(operation, emitter);
        });
    }

    private void acknowledge(String operation, UniEmitter<? super Void> emitter) {
        StoreProblem problem = problemOf(operation);
        if (problem == null) {
            emitter.complete(null);
        } else {
            emitter.fail(new StoreFailure(problem, "the file of the test"));
        }
    }

    private synchronized @Nullable StoreProblem problemOf(String operation) {
        return unwritableWhen.isEmpty() || unwritableWhen.contains(operation) ? unwritable : null;
    }

    @Override
    public Uni<Void> save(RefreshToken refreshToken) {
        return Uni.createFrom().emitter(emitter -> {
            synchronized (this) {
                if (problemOf("save") == null) {
                    saved.add(refreshToken.value().reveal());
                    events.add("save " + refreshToken.value().reveal());
                    content = new StoreContents(null, refreshToken, null, null, null);
                    if (holding) {
                        held.add(emitter);
                        return;
                    }
                }
            }
            acknowledge("save", emitter);
        });
    }

    @Override
    public synchronized boolean durable() {
        return durable;
    }

    /** Creates a refresh token as a store returns it. */
    public static RefreshToken token(String value) {
        return new RefreshToken(Secret.of(value), EARLIER, null);
    }

    /** Sets what {@link #load()} returns from now on. */
    public synchronized void contents(StoreContents next) {
        content = next;
    }

    public synchronized void notDurable() {
        durable = false;
    }

    /** Holds the acknowledgements of saves, or stops holding them. */
    public synchronized void holdAcknowledgements(boolean on) {
        holding = on;
    }

    /** Makes loads hang, or stops that. */
    public synchronized void hangLoads(boolean on) {
        hanging = on;
    }

    /**
     * Makes writes fail; null ends that.
     *
     * @param when the operations that fail, as in {@link #events()}; all writes if empty
     */
    public synchronized void failWrites(@Nullable StoreProblem problem, String... when) {
        unwritable = problem;
        unwritableWhen = Set.of(when);
    }

    /** Makes every load fail; null ends that. */
    public synchronized void failLoads(@Nullable StoreProblem problem) {
        unreadable = problem;
    }

    /** Acknowledges the oldest held save. */
    public void acknowledge() {
        UniEmitter<? super Void> emitter;
        synchronized (this) {
            emitter = held.remove();
        }
        emitter.complete(null);
    }

    /** Returns the saved refresh tokens in order. */
    public synchronized List<String> saved() {
        return List.copyOf(saved);
    }

    /** Returns all writes in order: {@code attempt}, {@code save}, {@code used} or {@code unused}, each with the token. */
    public synchronized List<String> events() {
        return List.copyOf(events);
    }
}
