package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The refresh token that renews one access token, or several for different APIs, and everything that happens to it. An
 * authorization server that rotates refresh tokens ends the session if two requests present the same one. So the exchanges
 * of a session run one after the other, each presents the refresh token that the one before obtained, and a claim in the
 * record keeps other processes away meanwhile.
 */
public final class Session {

    /** How often a store that reports its changes is read in vain: a mounted seed may be new. */
    private static final Duration LOOK = Duration.ofMinutes(1);

    private final RecordStore store;
    private final ProcessId self;
    private final TokenRuntime runtime;
    private final RecordKeeper keeper;
    private final StoreHealth health;
    private final SerialQueue exchanges;
    private final ChangeSignal changes;
    private final ClaimWatch claims = new ClaimWatch();
    private final List<TokenListener> listeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<StoredRecord>> watchers = new CopyOnWriteArrayList<>();
    private final AtomicReference<RefreshTokenState> refreshToken = new AtomicReference<>(RefreshTokenState.NONE);
    private volatile @Nullable Claim lastClaim;
    private volatile StoredRecord reported = StoredRecord.NONE;
    private volatile @Nullable Moment lastRetry;
    private volatile @Nullable Moment lastLook;
    private volatile @Nullable RecentFailure recentFailure;
    private volatile long changesBeforeLook;
    private boolean readBefore;
    private long changesBeforeRead;

    /**
     * Creates a session that has read nothing yet.
     *
     * @param saveTimeout how long callers wait for a rotated refresh token to be saved
     * @param self names this process in its claims
     */
    public Session(RecordStore store, Duration saveTimeout, ProcessId self, TokenRuntime runtime) {
        this.store = store;
        this.self = self;
        this.runtime = runtime;
        this.health = new StoreHealth(listeners);
        this.keeper = new RecordKeeper(store, self, saveTimeout, runtime.timers(), health);
        this.exchanges = new SerialQueue(runtime.worker());
        this.changes = new ChangeSignal(runtime.timers());
        store.watch(this::changed);
    }

    /**
     * Adds a token to the session.
     *
     * @param listener hears what happens to the store from now on
     * @param watcher gets what the store has after each change by somebody else
     */
    void join(TokenListener listener, Consumer<StoredRecord> watcher) {
        listeners.add(listener);
        watchers.add(watcher);
    }

    private void changed(StoredRecord found) {
        lastClaim = found.record().claim();
        reported = found;
        changes.fire();
        watchers.forEach(watcher -> watcher.accept(found));
    }

    RefreshTokenState refreshToken() {
        return refreshToken.get();
    }

    /** Returns the name of the process that sends a request now, as far as this one knows; null if nobody does. */
    @Nullable String claimedBy() {
        Claim own = keeper.newest().claim();
        Claim claim = own != null && own.isOf(self) ? own : lastClaim;
        return claim == null ? null : claim.holder().name();
    }

    @Nullable StoreProblem storeProblem() {
        return health.problem();
    }

    @Nullable StoreClock sharedClock() {
        return store.sharedClock();
    }

    /** Runs an exchange when no other exchange of this session runs. */
    <T> Uni<T> inTurn(Supplier<Uni<T>> exchange) {
        return exchanges.submit(exchange);
    }

    /**
     * A failure of the store, which the other tokens of the session need not find out for themselves at once.
     *
     * @param name the token whose refresh has failed
     */
    private record RecentFailure(StoreFailure failure, String name, Moment at) {}

    /** The store has failed during a refresh of this token. */
    void storeFailed(StoreFailure failure, String name) {
        if (failure.problem().passes()) {
            recentFailure = new RecentFailure(failure, name, runtime.time().now());
        }
    }

    /** Returns the failure that another token of the session has met just now; null if there is none. */
    @Nullable StoreFailure storeFailureOfOthers(String name) {
        RecentFailure recent = recentFailure;
        if (recent == null || recent.name().equals(name)) {
            return null;
        }
        Moment now = runtime.time().now();
        boolean over = TokenSnapshot.left(RefreshPolicy.SHORTEST_STORE_PAUSE, recent.at(), now)
                .isZero();
        return over ? null : recent.failure();
    }

    /** Returns what may be presented. Fails with a {@link StoreFailure} if there is nothing and the store failed. */
    Uni<Reading> read(TokenListener listener) {
        changesBeforeRead = changes.changes();
        return keeper.read().invoke(reading -> {
            lastClaim = reading.stored().claim();
            SessionRecord.Doubt doubt = reading.newest().doubt();
            if (!readBefore && doubt != null) {
                listener.attemptInDoubt(doubt.at());
            }
            readBefore = true;
        });
    }

    /**
     * Whether the store has a refresh token that is none of these. Never fails. A store that reports its changes is read
     * after a change, and now and then.
     */
    Uni<Boolean> hasTokenOtherThan(Set<TokenHash> invalid) {
        Moment now = runtime.time().now();
        Moment last = lastLook;
        boolean nothingNew = last != null
                && changes.changes() == changesBeforeLook
                && now.since(last).compareTo(LOOK) < 0;
        if (store.sharedClock() != null && nothingNew) {
            return Uni.createFrom().item(false);
        }
        lastLook = now;
        changesBeforeLook = changes.changes();
        return keeper.hasTokenOtherThan(invalid);
    }

    /** Whether the store has reported a refresh token that is none of these. It may have changed since. */
    boolean hasHeardOfTokenOtherThan(Set<TokenHash> invalid) {
        return reported.hasTokenOtherThan(invalid);
    }

    /** Returns the claim of another process in the record; null if there is none. */
    @Nullable Claim claimOfOthers(Reading seen) {
        Claim claim = seen.stored().claim();
        return claim == null || claim.isOf(self) ? null : claim;
    }

    /** What is known about the claim of another process. */
    enum ClaimOfOthers {
        /** The record may have changed, so it has to be read again. */
        CHANGED,
        /** Its holder has ended. */
        ABANDONED,
        /** Its holder does not respond any more, and must not send a request any more. */
        STALE
    }

    /**
     * Waits until the claim of another process ends, or may be taken over.
     *
     * @param timeout how long a request may take
     */
    Uni<ClaimOfOthers> awaitClaim(Claim claim, Reading seen, Duration timeout) {
        Duration left =
                claims.untilStale(claim, seen.version(), timeout, runtime.time().now());
        if (left.isZero()) {
            return Uni.createFrom().item(ClaimOfOthers.STALE);
        }
        Duration poll = store.pollInterval();
        return store.isAbandoned(claim)
                .chain(abandoned -> abandoned
                        ? Uni.createFrom().item(ClaimOfOthers.ABANDONED)
                        : changes.await(changesBeforeRead, left.compareTo(poll) < 0 ? left : poll)
                                .replaceWith(ClaimOfOthers.CHANGED));
    }

    /**
     * Claims the next request, if there is anybody to keep away.
     *
     * @param presented the refresh token in the request; null if it uses another grant
     * @return false if the record has changed, so that somebody else may have claimed it
     */
    Uni<Boolean> claim(Reading seen, @Nullable RefreshToken presented, String name, Moment now) {
        TokenHash hash = presented == null ? null : presented.hash();
        return isClaimed(presented)
                ? keeper.claim(seen, new Claim(self, hash, name, now.instant()))
                : Uni.createFrom().item(true);
    }

    private boolean isClaimed(@Nullable RefreshToken presented) {
        return presented != null || store.sharedClock() != null;
    }

    /**
     * Records that the request failed. Never fails.
     *
     * @param change {@link SessionRecord#released} or {@link SessionRecord#doubted}
     */
    Uni<Void> endClaim(UnaryOperator<SessionRecord> change) {
        Claim claim = keeper.newest().claim();
        return claim != null && claim.isOf(self)
                ? keeper.endClaim(change)
                : Uni.createFrom().voidItem();
    }

    /** The authorization server rejected this refresh token with {@code invalid_grant}. */
    void invalidate(RefreshToken rejected) {
        refreshToken.updateAndGet(current -> current.invalidating(rejected.hash()));
    }

    /** Returns the record as the store has reported it last, which may be older than the newest one. */
    SessionRecord reported() {
        return reported.record();
    }

    /** Returns the newest record that this process knows. */
    SessionRecord record() {
        return keeper.newest();
    }

    /** The authorization server granted an access token without a refresh token. */
    Uni<Void> grantedWithout(UnaryOperator<SessionRecord> granted, Moment sentAt) {
        refreshToken.updateAndGet(current -> current.without(sentAt));
        return isClaimed(null)
                ? keeper.confirm(granted.apply(keeper.newest())).replaceWithVoid()
                : Uni.createFrom().voidItem();
    }

    /** The authorization server accepted this refresh token and did not rotate it. */
    Uni<Void> grantedAgain(RefreshToken same, UnaryOperator<SessionRecord> granted, Moment sentAt) {
        return keeper.confirm(granted.apply(keeper.newest()))
                .invoke(() -> refreshToken.updateAndGet(current -> current.used(same, sentAt)))
                .replaceWithVoid();
    }

    /**
     * Saves a new refresh token. Completes when it is saved, or when saving failed for now; {@link #retrySave} tries again.
     *
     * @param expendable whether a restarted process can do without it
     */
    Uni<Void> rotated(RefreshToken next, boolean expendable, UnaryOperator<SessionRecord> granted, Moment sentAt) {
        return keeper.save(granted.apply(keeper.newest()))
                .invoke(saved -> {
                    if (saved == RecordKeeper.Saved.SUPERSEDED) {
                        listeners.forEach(TokenListener::superseded);
                    }
                    RefreshToken newest = keeper.newest().current();
                    boolean persisted = saved != RecordKeeper.Saved.NO || expendable;
                    refreshToken.updateAndGet(
                            current -> current.rotated(newest == null ? next : newest, persisted, sentAt));
                })
                .replaceWithVoid();
    }

    /** Another process has refreshed: its refresh token is the newest. */
    void adopted(SessionRecord record, Moment sentAt) {
        health.adopted();
        RefreshToken current = record.current();
        if (current != null && record.generation() >= keeper.newest().generation()) {
            refreshToken.updateAndGet(known -> known.rotated(current, true, sentAt));
        }
    }

    /**
     * Saves a refresh token whose save failed, unless an exchange is in progress, which saves the token that it
     * obtains. However many tokens the session renews, it tries no more often than one of them checks.
     */
    void retrySave() {
        Moment now = runtime.time().now();
        boolean rested = TokenSnapshot.left(Decider.STORE_CHECK, lastRetry, now).isZero();
        if (refreshToken().needsSaving() && rested) {
            lastRetry = now;
            exchanges.submitIfIdle(this::saveNewest);
        }
    }

    private Uni<Void> saveNewest() {
        return keeper.saveAgain().invoke(this::savedAgain).replaceWithVoid();
    }

    private void savedAgain(RecordKeeper.Saved saved) {
        if (saved != RecordKeeper.Saved.NO) {
            refreshToken.updateAndGet(RefreshTokenState::saved);
            listeners.forEach(TokenListener::savedLate);
        }
    }
}
