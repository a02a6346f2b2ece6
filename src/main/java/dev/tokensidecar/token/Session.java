package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The refresh token that one access token, or several for different APIs, are renewed with. Two requests that present it
 * at the same time end the session at a server that rotates it, so all exchanges of a session take turns, and each finds
 * the refresh token that the one before has brought.
 */
public final class Session {

    private final RefreshTokenPersistence keeper;
    private final StoreHealth health;
    private final SerialQueue turns;
    private final List<TokenListener> members = new CopyOnWriteArrayList<>();
    private final AtomicReference<RefreshTokenState> kept = new AtomicReference<>(RefreshTokenState.NOTHING);

    /**
     * Makes a session that holds nothing yet.
     *
     * @param saveTimeout how long callers wait for a rotated refresh token to be saved
     */
    public Session(RefreshTokenStore store, Duration saveTimeout, TokenRuntime runtime) {
        this.health = new StoreHealth(members);
        this.keeper = new RefreshTokenPersistence(store, saveTimeout, runtime.timers(), health);
        this.turns = new SerialQueue(runtime.worker());
    }

    /** Takes a token in: it hears from now on what happens to the store. */
    void join(TokenListener member) {
        members.add(member);
    }

    RefreshTokenState kept() {
        return kept.get();
    }

    RefreshTokenPersistence keeper() {
        return keeper;
    }

    @Nullable StoreProblem storeProblem() {
        return health.problem();
    }

    /** Runs one exchange when no other one of this session runs. */
    <T> Uni<T> turn(Supplier<Uni<T>> exchange) {
        return turns.take(exchange);
    }

    /** What may be presented now, the newest first. */
    Uni<StoreContents> offer() {
        return keeper.offer(kept().token());
    }

    /** The server has called this refresh token dead. */
    void refuse(RefreshToken dead) {
        kept.updateAndGet(current -> current.refusing(dead.hash()));
    }

    /** The server has accepted this refresh token, and it stays in force. */
    Uni<Void> keepUsing(RefreshToken same, Moment sentAt) {
        return keeper.settle(same, true).invoke(() -> kept.updateAndGet(current -> current.used(same, sentAt)));
    }

    /**
     * Keeps another refresh token; completes when it is saved, or cannot be for now.
     *
     * @param expendable whether the process can do without it after a restart
     */
    Uni<Void> keep(RefreshToken next, boolean expendable, Moment sentAt) {
        return keeper.keep(next)
                .invoke(saved -> kept.updateAndGet(current -> current.replaced(next, saved || expendable, sentAt)))
                .replaceWithVoid();
    }

    /** The server has granted tokens without a refresh token. */
    void goWithout(Moment sentAt) {
        kept.updateAndGet(current -> current.without(sentAt));
    }

    /** Saves a refresh token that could not be saved; an exchange under way will save what it brings itself. */
    void saveAgain() {
        if (kept().needsSaving()) {
            turns.takeIfFree(this::saveNewest);
        }
    }

    private Uni<Void> saveNewest() {
        RefreshToken unsaved = kept().token();
        return unsaved == null
                ? Uni.createFrom().voidItem()
                : keeper.keepLater(unsaved).invoke(this::saved).replaceWithVoid();
    }

    private void saved(boolean saved) {
        if (saved) {
            kept.updateAndGet(RefreshTokenState::saved);
            members.forEach(TokenListener::saved);
        }
    }
}
