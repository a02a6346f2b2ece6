package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The core's dealings with the store: everything within a deadline, and nothing that can cost a token. A store in
 * trouble costs durability, and that is told; only a process that holds no refresh token cannot go on without it.
 */
final class RefreshTokenPersistence {

    private static final int RETRIES = 2;

    private final RefreshTokenStore store;
    private final Duration timeout;
    private final ScheduledExecutorService timers;
    private final StoreHealth health;

    RefreshTokenPersistence(RefreshTokenStore store, Duration timeout, ScheduledExecutorService timers, StoreHealth health) {
        this.store = store;
        this.timeout = timeout;
        this.timers = timers;
        this.health = health;
    }

    /**
     * What may be presented.
     *
     * @param held the newest refresh token that this process has received; null if there was none yet
     * @return nothing at all if none is held or stored; fails with a {@link RefreshFailure} if the store cannot tell
     */
    Uni<StoreContents> offer(@Nullable RefreshToken held) {
        Uni<StoreContents> stored = load();
        return held == null
                ? stored.onFailure(StoreFailure.class).transform(StoreFailure::asRefreshFailure)
                : stored.onFailure().recoverWithItem(StoreContents.NOTHING).map(found -> found.with(held));
    }

    /** Whether the store has a token that is none of these; never fails. */
    Uni<Boolean> hasAnotherThan(Set<TokenHash> refused) {
        return load().map(found -> found.candidates().stream().anyMatch(token -> !refused.contains(token.hash())))
                .onFailure()
                .recoverWithItem(false);
    }

    private Uni<StoreContents> load() {
        return within(Uni.createFrom().deferred(store::load))
                .invoke(found -> health.loaded(found.trouble()))
                .onFailure(StoreFailure.class)
                .invoke(health::loaded);
    }

    /** Notes an attempt; never fails, since a token that is needed is worth more than the note. */
    Uni<Void> attempt(RefreshToken presented) {
        return told(Uni.createFrom().deferred(() -> store.attempt(presented)), health::noted)
                .onFailure()
                .recoverWithNull();
    }

    /** Notes the end of an attempt that brought no other refresh token; never fails. */
    Uni<Void> settle(RefreshToken presented, boolean used) {
        Uni<Void> settling = Uni.createFrom().deferred(() -> store.settle(presented, used));
        Uni<Void> told = used
                ? told(settling, health::settled)
                : within(settling).onFailure(StoreFailure.class).invoke(health::noted);
        return told.onFailure().recoverWithNull();
    }

    /** Whether a restart would find the token; never fails, since the old refresh token may be dead already. */
    Uni<Boolean> keep(RefreshToken next) {
        Uni<Void> saving = Uni.createFrom()
                .deferred(() -> store.save(next))
                .onFailure()
                .retry()
                .atMost(RETRIES);
        return told(saving, health::saved)
                .map(ignored -> store.durable())
                .onFailure()
                .recoverWithItem(false);
    }

    /** Tries once more to save a token that could not be saved; emits whether a restart would find it now. */
    Uni<Boolean> keepLater(RefreshToken unsaved) {
        return store.durable() ? keep(unsaved) : Uni.createFrom().item(false);
    }

    private Uni<Void> told(Uni<Void> write, Consumer<@Nullable StoreFailure> outcome) {
        return within(write)
                .invoke(() -> outcome.accept(null))
                .onFailure(StoreFailure.class)
                .invoke(outcome);
    }

    private <T> Uni<T> within(Uni<T> operation) {
        return operation
                .ifNoItem()
                .after(timeout)
                .on(timers)
                .failWith(() -> new StoreFailure(StoreProblem.SLOW, "no answer from the store"))
                .onFailure(failure -> !(failure instanceof StoreFailure || failure instanceof RefreshFailure))
                .transform(RefreshTokenPersistence::unexpected);
    }

    /** A defect of ours; its message may quote anything, so only its type is told. */
    private static StoreFailure unexpected(Throwable failure) {
        return new StoreFailure(
                StoreProblem.UNWRITABLE, "unexpected " + failure.getClass().getName());
    }
}
