package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Reads and writes the record of a session, with a timeout for every operation, and remembers the newest one. It never
 * loses a refresh token because of the store: a failing store costs durability, which {@link StoreHealth} reports. Only a
 * process that has no refresh token needs the store to continue, or one whose store requires claims.
 */
final class RecordKeeper {

    /** How the save of a record ended. */
    enum Saved {
        /** A restarted process finds it. */
        YES,
        /** It is in memory only. */
        NO,
        /** Another process has saved a newer refresh token, which counts. */
        SUPERSEDED
    }

    private static final int RETRIES = 2;
    /** The version of a record that could not be read, or was not read yet. */
    private static final String UNREAD = "";

    private final RecordStore store;
    private final ProcessId self;
    private final Duration timeout;
    private final ScheduledExecutorService timers;
    private final StoreHealth health;
    private volatile SessionRecord newest = SessionRecord.EMPTY;
    private volatile String version = UNREAD;

    /** Whether the newest record has the result of a request that the store does not have yet. */
    private volatile boolean unsaved;

    /** @param self names this process in its claims */
    RecordKeeper(
            RecordStore store, ProcessId self, Duration timeout, ScheduledExecutorService timers, StoreHealth health) {
        this.store = store;
        this.self = self;
        this.timeout = timeout;
        this.timers = timers;
        this.health = health;
    }

    /** Returns the newest record that this process has read or made. */
    SessionRecord newest() {
        return newest;
    }

    /**
     * Reads the record. Fails with a {@link StoreFailure}, unless memory has a refresh token that may be presented without a
     * claim.
     */
    Uni<Reading> read() {
        return load().map(this::merged)
                .onFailure(failure -> newest.current() != null && !store.claimRequired())
                .recoverWithItem(() -> new Reading(newest, newest, UNREAD, null));
    }

    /** Whether the store has a refresh token, saved or as a seed, that is none of these. Never fails. */
    Uni<Boolean> hasTokenOtherThan(Set<TokenHash> invalid) {
        return load().map(found -> found.hasTokenOtherThan(invalid)).onFailure().recoverWithItem(false);
    }

    private Uni<StoredRecord> load() {
        return withTimeout(store::read)
                .invoke(found -> health.loaded(found.failure()))
                .onFailure(StoreFailure.class)
                .invoke(health::loaded);
    }

    /**
     * A file that was lost, or restored from an old copy, does not make a process forget what it has received. Nor does the
     * late result of another process, as long as the claim of this one is in the record.
     */
    private Reading merged(StoredRecord found) {
        SessionRecord stored = found.record();
        boolean lost = stored.current() == null && newest.current() != null;
        boolean claimed = unsaved && store.claimRequired() && stored.isClaimedBy(self);
        if (stored.generation() >= newest.generation() && !lost && !claimed) {
            newest = stored;
        }
        version = found.version();
        return new Reading(newest, stored, version, found.seed());
    }

    /**
     * Claims the next request.
     *
     * @return false if the record is no longer the one that was read; fails with a {@link StoreFailure} if the claim could not
     *     be written and the store requires it
     */
    Uni<Boolean> claim(Reading seen, Claim claim) {
        if (seen.version().equals(UNREAD)) {
            newest = seen.newest().claimed(claim);
            return Uni.createFrom().item(true);
        }
        SessionRecord written = claimable(seen).claimed(claim);
        SessionRecord next = store.claimRequired() ? written : seen.newest().claimed(claim);
        boolean leftUnsaved = unsaved && !store.claimRequired();
        return write(written, seen.version())
                .replaceWith(true)
                .invoke(() -> {
                    newest = next;
                    unsaved = leftUnsaved;
                })
                .invoke(() -> health.attemptRecorded(null))
                .onFailure(RecordConflict.class)
                .recoverWithItem(this::lost)
                .onFailure(StoreFailure.class)
                .recoverWithUni(failure -> unclaimed(next, failure));
    }

    /** The store works, and has taken the claim of another process. */
    private boolean lost() {
        health.attemptRecorded(null);
        return false;
    }

    /**
     * Returns the record on which a claim is put. A fleet has to see a refresh token that could not be saved before. In a
     * store of one process, a token that somebody has put there by hand stays until it was tried.
     */
    private SessionRecord claimable(Reading seen) {
        boolean unsaved = !seen.newest().equals(seen.stored()) && store.claimRequired();
        return unsaved ? seen.newest().over(seen.stored(), self) : seen.stored();
    }

    /** Without a requirement, refreshing matters more than the claim. */
    private Uni<Boolean> unclaimed(SessionRecord next, StoreFailure failure) {
        health.attemptRecorded(failure);
        if (store.claimRequired()) {
            return Uni.createFrom().failure(failure);
        }
        newest = next;
        return Uni.createFrom().item(true);
    }

    /**
     * Records that the claimed request has failed. Gives up if the claim is no longer in the record. Never fails.
     *
     * @param change {@link SessionRecord#released} or {@link SessionRecord#doubted}
     */
    Uni<Void> endClaim(UnaryOperator<SessionRecord> change) {
        SessionRecord next = change.apply(newest);
        Uni<Void> written = write(next, version)
                .onFailure(RecordConflict.class)
                .recoverWithUni(() -> load().chain(found -> endStoredClaim(change, found)));
        newest = next;
        return written.onFailure(StoreFailure.class)
                .invoke(health::attemptRecorded)
                .onFailure()
                .recoverWithNull();
    }

    private Uni<Void> endStoredClaim(UnaryOperator<SessionRecord> change, StoredRecord found) {
        Claim claim = found.record().claim();
        return claim == null || !claim.isOf(self)
                ? Uni.createFrom().voidItem()
                : write(change.apply(merged(found).newest()), found.version());
    }

    /** Saves a record with a new refresh token. Never fails: the old refresh token may be invalid already. */
    Uni<Saved> save(SessionRecord next) {
        return reported(stored(next));
    }

    private Uni<Saved> reported(Uni<Saved> stored) {
        return stored.invoke(() -> health.saved(null))
                .onFailure(StoreFailure.class)
                .invoke(health::saved)
                .onFailure()
                .recoverWithItem(Saved.NO);
    }

    /** Saves a record whose refresh token was there before. Never fails. */
    Uni<Saved> confirm(SessionRecord next) {
        return stored(next)
                .invoke(() -> health.confirmed(null))
                .onFailure(StoreFailure.class)
                .invoke(health::confirmed)
                .onFailure()
                .recoverWithItem(Saved.NO);
    }

    /** Tries again to save the newest record, once: the caller comes back. Never fails. */
    Uni<Saved> saveAgain() {
        return store.durable()
                ? reported(withTimeout(() -> attempt(newest)))
                : Uni.createFrom().item(Saved.NO);
    }

    private Uni<Saved> stored(SessionRecord next) {
        newest = next;
        unsaved = true;
        Uni<Saved> attempt = attempt(next);
        return withTimeout(() -> attempt.onFailure().retry().atMost(RETRIES));
    }

    private Uni<Saved> attempt(SessionRecord next) {
        Saved saved = store.durable() ? Saved.YES : Saved.NO;
        return Uni.createFrom()
                .deferred(() -> put(next, version))
                .replaceWith(saved)
                .onFailure(RecordConflict.class)
                .recoverWithUni(() -> overwrite(next, saved));
    }

    /** The record has changed since the claim. The result of the request counts unless somebody else had a newer one. */
    private Uni<Saved> overwrite(SessionRecord next, Saved saved) {
        return store.read().chain(found -> {
            SessionRecord stored = found.record();
            boolean superseded = next.isSuperseded(stored, self);
            if (superseded || next.isPartOf(stored, self)) {
                newest = stored;
                version = found.version();
                unsaved = false;
                return Uni.createFrom().item(superseded ? Saved.SUPERSEDED : saved);
            }
            return put(next.over(stored, self), found.version()).replaceWith(saved);
        });
    }

    private Uni<Void> write(SessionRecord next, String expected) {
        return withTimeout(() -> put(next, expected));
    }

    private Uni<Void> put(SessionRecord next, String expected) {
        return store.write(next, expected)
                .invoke(written -> {
                    newest = next;
                    version = written;
                    unsaved = false;
                })
                .replaceWithVoid();
    }

    private <T> Uni<T> withTimeout(Supplier<Uni<T>> operation) {
        return Uni.createFrom()
                .deferred(operation::get)
                .ifNoItem()
                .after(timeout)
                .on(timers)
                .failWith(() -> new StoreFailure(StoreProblem.SLOW, "no response from the store"))
                .onFailure(RecordKeeper::isDefect)
                .transform(RecordKeeper::unexpected);
    }

    private static boolean isDefect(Throwable failure) {
        return !(failure instanceof StoreFailure
                || failure instanceof RefreshFailure
                || failure instanceof RecordConflict);
    }

    /** Names only the type of a defect: its message may quote anything. */
    private static StoreFailure unexpected(Throwable failure) {
        return new StoreFailure(
                StoreProblem.UNWRITABLE, "unexpected " + failure.getClass().getName());
    }
}
