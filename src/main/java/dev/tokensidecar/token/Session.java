package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The refresh token that renews one access token, or several for different APIs, and everything that happens to it. An
 * authorization server that rotates refresh tokens ends the session if two requests present the same one, so the exchanges
 * of a session run one after the other, and each presents the refresh token that the one before obtained.
 */
public final class Session {

    private final RefreshTokenPersistence persistence;
    private final StoreHealth health;
    private final SerialQueue exchanges;
    private final List<TokenListener> members = new CopyOnWriteArrayList<>();
    private final AtomicReference<RefreshTokenState> refreshToken = new AtomicReference<>(RefreshTokenState.NONE);

    /**
     * Creates a session that has read nothing yet.
     *
     * @param saveTimeout how long callers wait for a rotated refresh token to be saved
     */
    public Session(RefreshTokenStore store, Duration saveTimeout, TokenRuntime runtime) {
        this.health = new StoreHealth(members);
        this.persistence = new RefreshTokenPersistence(store, saveTimeout, runtime.timers(), health);
        this.exchanges = new SerialQueue(runtime.worker());
    }

    /** Adds a token to the session: its listener hears what happens to the store from now on. */
    void join(TokenListener member) {
        members.add(member);
    }

    RefreshTokenState refreshToken() {
        return refreshToken.get();
    }

    @Nullable StoreProblem storeProblem() {
        return health.problem();
    }

    /** Runs an exchange when no other exchange of this session runs. */
    <T> Uni<T> inTurn(Supplier<Uni<T>> exchange) {
        return exchanges.submit(exchange);
    }

    /** Returns the refresh tokens to present, best first: those of the store and the newest that this process received. */
    Uni<StoreContents> load() {
        return persistence.load(refreshToken().token());
    }

    /**
     * Returns what the store has now, after the authorization server rejected what it had before: somebody may have put a
     * newer refresh token there. Never fails.
     */
    Uni<StoreContents> reload() {
        return persistence
                .load(null)
                .map(StoreContents::withoutPrevious)
                .onFailure()
                .recoverWithItem(StoreContents.EMPTY);
    }

    /** Whether the store has a refresh token that is none of these. Never fails. */
    Uni<Boolean> hasTokenOtherThan(Set<TokenHash> invalid) {
        return persistence.hasTokenOtherThan(invalid);
    }

    /** Records that this refresh token is about to be presented. Never fails. */
    Uni<Void> recordAttempt(RefreshToken presented) {
        return persistence.recordAttempt(presented);
    }

    /** Records that the attempt ended and that the refresh token was not used. Never fails. */
    Uni<Void> clearAttempt(RefreshToken presented) {
        return persistence.clearAttempt(presented);
    }

    /** The authorization server rejected this refresh token with {@code invalid_grant}. */
    void invalidate(RefreshToken rejected) {
        refreshToken.updateAndGet(current -> current.invalidating(rejected.hash()));
    }

    /** The authorization server accepted this refresh token and did not rotate it. */
    Uni<Void> keepUsing(RefreshToken same, Moment sentAt) {
        return persistence.confirm(same).invoke(() -> refreshToken.updateAndGet(current -> current.used(same, sentAt)));
    }

    /**
     * Saves a new refresh token. Completes when it is saved, or when saving failed for now; {@link #retrySave} tries again.
     *
     * @param expendable whether a restarted process can do without it
     */
    Uni<Void> rotate(RefreshToken next, boolean expendable, Moment sentAt) {
        return persistence
                .save(next)
                .invoke(saved ->
                        refreshToken.updateAndGet(current -> current.rotated(next, saved || expendable, sentAt)))
                .replaceWithVoid();
    }

    /** The authorization server granted an access token without a refresh token. */
    void continueWithout(Moment sentAt) {
        refreshToken.updateAndGet(current -> current.without(sentAt));
    }

    /**
     * Saves a refresh token whose save failed, unless an exchange is in progress, which saves the token that it
     * obtains.
     */
    void retrySave() {
        if (refreshToken().needsSaving()) {
            exchanges.submitIfIdle(this::saveNewest);
        }
    }

    private Uni<Void> saveNewest() {
        RefreshToken unsaved = refreshToken().token();
        return unsaved == null
                ? Uni.createFrom().voidItem()
                : persistence.saveAgain(unsaved).invoke(this::saved).replaceWithVoid();
    }

    private void saved(boolean saved) {
        if (saved) {
            refreshToken.updateAndGet(RefreshTokenState::saved);
            members.forEach(TokenListener::savedLate);
        }
    }
}
