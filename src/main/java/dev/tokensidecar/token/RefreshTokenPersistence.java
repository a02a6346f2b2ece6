package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Uses the store with a timeout for every operation, and never loses a token because of it. A failing store costs
 * durability, which {@link StoreHealth} reports. Only a process that has no refresh token needs the store to continue.
 */
final class RefreshTokenPersistence {

    private static final int RETRIES = 2;

    private final RefreshTokenStore store;
    private final Duration timeout;
    private final ScheduledExecutorService timers;
    private final StoreHealth health;

    RefreshTokenPersistence(
            RefreshTokenStore store, Duration timeout, ScheduledExecutorService timers, StoreHealth health) {
        this.store = store;
        this.timeout = timeout;
        this.timers = timers;
        this.health = health;
    }

    /**
     * Returns what may be presented.
     *
     * @param newest the newest refresh token that this process received; null before the first
     * @return empty contents if there is none; fails with a {@link RefreshFailure} if there is none and the store failed
     */
    Uni<StoreContents> load(@Nullable RefreshToken newest) {
        Uni<StoreContents> contents = load();
        return newest == null
                ? contents.onFailure(StoreFailure.class).transform(StoreFailure::asRefreshFailure)
                : contents.onFailure().recoverWithItem(StoreContents.EMPTY).map(found -> found.with(newest));
    }

    /** Whether the store has a refresh token that is none of these. Never fails. */
    Uni<Boolean> hasTokenOtherThan(Set<TokenHash> invalid) {
        return load().map(found -> found.candidates().stream().anyMatch(token -> !invalid.contains(token.hash())))
                .onFailure()
                .recoverWithItem(false);
    }

    private Uni<StoreContents> load() {
        return withTimeout(Uni.createFrom().deferred(store::load))
                .invoke(found -> health.loaded(found.failure()))
                .onFailure(StoreFailure.class)
                .invoke(health::loaded);
    }

    /** Records an attempt. Never fails: refreshing matters more than the record. */
    Uni<Void> recordAttempt(RefreshToken presented) {
        return reported(Uni.createFrom().deferred(() -> store.attempt(presented)), health::attemptRecorded)
                .onFailure()
                .recoverWithNull();
    }

    /** Removes the record of an attempt in which the refresh token was not used. Never fails. */
    Uni<Void> clearAttempt(RefreshToken presented) {
        return withTimeout(Uni.createFrom().deferred(() -> store.settle(presented, false)))
                .onFailure(StoreFailure.class)
                .invoke(health::attemptRecorded)
                .onFailure()
                .recoverWithNull();
    }

    /** Records that the authorization server accepted this refresh token and left it in force. Never fails. */
    Uni<Void> confirm(RefreshToken presented) {
        return reported(Uni.createFrom().deferred(() -> store.settle(presented, true)), health::confirmed)
                .onFailure()
                .recoverWithNull();
    }

    /**
     * Saves a refresh token. Never fails: the old refresh token may be invalid already.
     *
     * @return whether a restarted process finds the token
     */
    Uni<Boolean> save(RefreshToken next) {
        Uni<Void> saving = Uni.createFrom()
                .deferred(() -> store.save(next))
                .onFailure()
                .retry()
                .atMost(RETRIES);
        return reported(saving, health::saved)
                .map(ignored -> store.durable())
                .onFailure()
                .recoverWithItem(false);
    }

    /** Tries again to save a refresh token; returns whether a restarted process finds it now. */
    Uni<Boolean> saveAgain(RefreshToken unsaved) {
        return store.durable() ? save(unsaved) : Uni.createFrom().item(false);
    }

    private Uni<Void> reported(Uni<Void> write, Consumer<@Nullable StoreFailure> result) {
        return withTimeout(write)
                .invoke(() -> result.accept(null))
                .onFailure(StoreFailure.class)
                .invoke(result);
    }

    private <T> Uni<T> withTimeout(Uni<T> operation) {
        return operation
                .ifNoItem()
                .after(timeout)
                .on(timers)
                .failWith(() -> new StoreFailure(StoreProblem.SLOW, "no response from the store"))
                .onFailure(failure -> !(failure instanceof StoreFailure || failure instanceof RefreshFailure))
                .transform(RefreshTokenPersistence::unexpected);
    }

    /** Names only the type of a defect: its message may quote anything. */
    private static StoreFailure unexpected(Throwable failure) {
        return new StoreFailure(
                StoreProblem.UNWRITABLE, "unexpected " + failure.getClass().getName());
    }
}
