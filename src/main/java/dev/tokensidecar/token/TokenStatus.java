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
 * @param expiresAt when the access token expires; null if there is none
 * @param remaining remaining lifetime of the access token; zero without one
 * @param nextRefreshAt when a refresh is planned; null while one runs, after one failed, and without a token
 * @param lastRefresh null before the first refresh ended
 * @param lastSuccessAt when the newest access token was obtained; null before the first
 * @param failuresInARow failed refreshes since the last success
 * @param retryAt end of the back-off; null if none runs
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
        @Nullable Instant expiresAt,
        Duration remaining,
        @Nullable Instant nextRefreshAt,
        @Nullable LastRefresh lastRefresh,
        @Nullable Instant lastSuccessAt,
        int failuresInARow,
        @Nullable Instant retryAt,
        int waiters,
        @Nullable RefreshTokenStatus refreshToken,
        @Nullable LoginPrompt prompt,
        @Nullable String claimedBy,
        @Nullable StoreProblem storeProblem) {

    /** The words for {@link #state()}. */
    public static final List<String> STATES = TokenState.LABELS;

    /**
     * What the sidecar may disclose about the refresh token.
     *
     * @param receivedAt when the authorization server issued it; for a seed, when it was read
     * @param persisted whether a restarted process finds it, or needs none
     * @param expiresAt when it expires; null if unknown
     */
    public record RefreshTokenStatus(
            Instant receivedAt, boolean persisted, @Nullable Instant expiresAt) {}

    static TokenStatus of(
            TokenState state,
            RefreshTokenState known,
            Decider decider,
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
                token == null ? null : token.expiresAt(now),
                token == null ? Duration.ZERO : token.remaining(now),
                state instanceof TokenState.Idle && token != null
                        ? now.instant().plus(decider.untilRefresh(snapshot, known, now))
                        : null,
                snapshot.lastRefresh(),
                snapshot.lastSuccess() == null ? null : snapshot.lastSuccess().instant(),
                snapshot.failures(),
                state instanceof TokenState.BackingOff backingOff
                        ? now.instant().plusNanos(backingOff.leftNanos(now))
                        : null,
                waiters,
                refreshToken == null
                        ? null
                        : new RefreshTokenStatus(
                                refreshToken.receivedAt(), known.persisted(), refreshToken.expiresAt()),
                snapshot.prompt(),
                claimedBy,
                storeProblem);
    }
}
