package dev.tokensidecar.token;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the sidecar may disclose about one token: everything but the token itself.
 *
 * @param state what the refresher is doing, one of {@link #STATES}
 * @param freshness how much of the access token's lifetime is left
 * @param generation number of access tokens received
 * @param origin who obtained the access token, {@link #OWN} or {@link #ADOPTED}; null if there is none
 * @param issuedAt when its lifetime began; null if there is none
 * @param dueAt when a refresh is due; null if there is none
 * @param expiresAt when the access token expires; null if there is none
 * @param remaining remaining lifetime of the access token; zero without one
 * @param nextRefreshAt when a refresh is planned; null while one runs, after one failed, and without a token
 * @param lastRefresh null before the first refresh ended
 * @param lastSuccessAt when the newest access token was obtained; null before the first
 * @param failuresInARow failed refreshes since the last success
 * @param lastError why the last refresh failed; null if it succeeded, and before the first
 * @param retryAt end of the back-off, or when a dead session tries its refresh token again; null for neither
 * @param nextLookAt when a dead session looks for another refresh token in the store; null for any other
 * @param waiters callers that wait for a refresh now
 * @param refreshToken null if the grant needs none, or none was read yet
 * @param prompt what a person has to do so that there is a token; null for nothing
 * @param claimedBy the name of the process that sends a token request for this session now; null if none does
 * @param storeProblem what is wrong with the store of the refresh token; null if nothing is
 */
public record TokenStatus(
        String state,
        Freshness freshness,
        long generation,
        @Nullable String origin,
        @Nullable Instant issuedAt,
        @Nullable Instant dueAt,
        @Nullable Instant expiresAt,
        Duration remaining,
        @Nullable Instant nextRefreshAt,
        @Nullable LastRefresh lastRefresh,
        @Nullable Instant lastSuccessAt,
        int failuresInARow,
        @Nullable LastError lastError,
        @Nullable Instant retryAt,
        @Nullable Instant nextLookAt,
        int waiters,
        @Nullable RefreshTokenStatus refreshToken,
        @Nullable LoginPrompt prompt,
        @Nullable String claimedBy,
        @Nullable StoreProblem storeProblem) {

    /** The words for {@link #state()}. */
    public static final List<String> STATES = TokenState.LABELS;

    /** This process obtained the token. */
    public static final String OWN = "own";

    /** Another process obtained the token. */
    public static final String ADOPTED = LastRefresh.ADOPTED;

    /**
     * What the sidecar may disclose about the refresh token.
     *
     * @param receivedAt when the authorization server issued it; for a seed, when it was read
     * @param persisted whether a restarted process finds it, or needs none
     * @param expiresAt when it expires; null if unknown
     */
    public record RefreshTokenStatus(
            Instant receivedAt, boolean persisted, @Nullable Instant expiresAt) {}

    /**
     * Why a refresh failed.
     *
     * @param error the OAuth error code, or the sidecar's own word
     * @param detail what happened, for people
     * @param cure what to do about it
     * @param at when the refresh ended
     */
    public record LastError(String error, String detail, String cure, Instant at) {

        private static @Nullable LastError of(TokenSnapshot snapshot) {
            RefreshFailure failure = snapshot.failure();
            LastRefresh refresh = snapshot.lastRefresh();
            return failure == null || refresh == null
                    ? null
                    : new LastError(failure.error(), failure.detail(), failure.cure(), refresh.endedAt());
        }
    }

    static TokenStatus of(
            TokenState state,
            RefreshTokenState known,
            Decider decider,
            Duration untilNextCheck,
            int waiters,
            @Nullable String claimedBy,
            @Nullable StoreProblem storeProblem,
            Moment now) {
        TokenSnapshot snapshot = state.snapshot();
        AccessToken token = snapshot.token();
        RefreshToken refreshToken = known.token();
        return new TokenStatus(
                state.label(),
                snapshot.freshness(now),
                snapshot.generation(),
                token == null ? null : snapshot.adopted() ? ADOPTED : OWN,
                token == null
                        ? null
                        : token.expiresAt(now).minusNanos(token.validity().lifetimeNanos()),
                token == null
                        ? null
                        : token.expiresAt(now).minusNanos(token.validity().dueNanos()),
                token == null ? null : token.expiresAt(now),
                token == null ? Duration.ZERO : token.remaining(now),
                state instanceof TokenState.Idle && token != null
                        ? now.instant().plus(decider.untilRefresh(snapshot, known, now))
                        : null,
                snapshot.lastRefresh(),
                snapshot.lastSuccess() == null ? null : snapshot.lastSuccess().instant(),
                snapshot.failures(),
                LastError.of(snapshot),
                decider.retryAt(state, now),
                state instanceof TokenState.Dead ? now.instant().plus(untilNextCheck) : null,
                waiters,
                refreshToken == null
                        ? null
                        : new RefreshTokenStatus(
                                refreshToken.receivedAt(), known.persisted(), refreshToken.expiresAt()),
                snapshot.prompt(now),
                claimedBy,
                storeProblem);
    }
}
