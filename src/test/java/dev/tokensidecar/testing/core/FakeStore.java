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

/** A store in memory that can hold its acknowledgements, fail, and tell what was asked of it. */
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

    private Uni<Void> write(String what, RefreshToken token) {
        return Uni.createFrom().emitter(emitter -> {
            synchronized (this) {
                events.add(what + " " + token.value().reveal());
            }
            acknowledge(what, emitter);
        });
    }

    private void acknowledge(String what, UniEmitter<? super Void> emitter) {
        StoreProblem problem = wrongWith(what);
        if (problem == null) {
            emitter.complete(null);
        } else {
            emitter.fail(new StoreFailure(problem, "the file of the test"));
        }
    }

    private synchronized @Nullable StoreProblem wrongWith(String what) {
        return unwritableWhen.isEmpty() || unwritableWhen.contains(what) ? unwritable : null;
    }

    @Override
    public Uni<Void> save(RefreshToken refreshToken) {
        return Uni.createFrom().emitter(emitter -> {
            synchronized (this) {
                if (wrongWith("save") == null) {
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

    /** A refresh token as a store would hold it. */
    public static RefreshToken token(String value) {
        return new RefreshToken(Secret.of(value), EARLIER, null);
    }

    /** What {@link #load()} offers from now on. */
    public synchronized void offering(StoreContents next) {
        content = next;
    }

    public synchronized void volatileOnly() {
        durable = false;
    }

    /** Holds the acknowledgements of saves. */
    public synchronized void holding(boolean on) {
        holding = on;
    }

    /** Lets loads hang. */
    public synchronized void hanging(boolean on) {
        hanging = on;
    }

    /**
     * Lets writes fail; null to mend it.
     *
     * @param when what fails, in the words of {@link #events()}; every write if left out
     */
    public synchronized void unwritable(@Nullable StoreProblem problem, String... when) {
        unwritable = problem;
        unwritableWhen = Set.of(when);
    }

    /** Lets every load fail; null to mend it. */
    public synchronized void unreadable(@Nullable StoreProblem problem) {
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

    /** Everything that was saved, in order. */
    public synchronized List<String> saved() {
        return List.copyOf(saved);
    }

    /** Everything that was written, in order: {@code attempt}, {@code save}, {@code used} or {@code unused}, and the token. */
    public synchronized List<String> events() {
        return List.copyOf(events);
    }
}
