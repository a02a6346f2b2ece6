package dev.tokensidecar.token;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is known about one access token, whatever the refresher is doing. Immutable; each change is a named method.
 *
 * @param token the newest access token, usable or not; null before the first
 * @param generation number of access tokens obtained so far
 * @param failures failed refreshes since the last success
 * @param lastSuccess when the request was sent that obtained the newest token; null before the first
 * @param lastRejected the same for the newest refresh that a rejection report forced; null if there was none
 * @param lastForced the same for the newest refresh that any caller forced, by a report or by {@code min_ttl}
 * @param lastRefresh the last refresh that ended; null before the first
 * @param failure why the last refresh failed; null if it succeeded, and before the first
 * @param latestPrompt what a person was asked to do last, and nobody has answered yet; null for nothing
 * @param adopted whether another process obtained the token
 */
record TokenSnapshot(
        @Nullable AccessToken token,
        long generation,
        int failures,
        @Nullable Moment lastSuccess,
        @Nullable Moment lastRejected,
        @Nullable Moment lastForced,
        @Nullable LastRefresh lastRefresh,
        @Nullable RefreshFailure failure,
        @Nullable LoginPrompt latestPrompt,
        boolean adopted) {

    static final TokenSnapshot EMPTY = new TokenSnapshot(null, 0, 0, null, null, null, null, null, null, false);

    Freshness freshness(Moment now) {
        return token == null ? Freshness.NONE : token.validity().freshness(now);
    }

    /** Returns how long callers can still get the token; zero if they cannot. */
    Duration usableFor(Moment now) {
        return token == null ? Duration.ZERO : token.validity().untilUnusable(now);
    }

    /** Whether a report is about the current token, and not about one that was replaced long ago. */
    boolean isCurrent(@Nullable TokenHash reported) {
        return token != null && token.matches(reported);
    }

    TokenSnapshot granted(AccessToken next, LastRefresh refresh) {
        Moment sentAt = next.validity().from();
        boolean rejected = next.obtainedFor() == RefreshReason.REJECTED;
        boolean forced = rejected || next.obtainedFor() == RefreshReason.MIN_TTL;
        return new TokenSnapshot(
                next,
                next.generation(),
                0,
                sentAt,
                rejected ? sentAt : lastRejected,
                forced ? sentAt : lastForced,
                refresh,
                null,
                null,
                refresh.outcome().equals(LastRefresh.ADOPTED));
    }

    TokenSnapshot failed(RefreshFailure why, LastRefresh refresh) {
        return new TokenSnapshot(
                token,
                generation,
                failures + 1,
                lastSuccess,
                lastRejected,
                lastForced,
                refresh,
                why,
                promptAfter(why),
                adopted);
    }

    /** A server that fails for another reason accepts the code later. */
    private @Nullable LoginPrompt promptAfter(RefreshFailure why) {
        return switch (why) {
            case RefreshFailure.AuthorizationPending pending -> pending.prompt();
            case RefreshFailure.InvalidGrant declined -> null;
            default -> latestPrompt;
        };
    }

    /** Returns what a person has to do; null for nothing, and if the code has expired before a further failure. */
    @Nullable LoginPrompt prompt(Moment now) {
        boolean valid = latestPrompt != null
                && (failure instanceof RefreshFailure.AuthorizationPending
                        || now.instant().isBefore(latestPrompt.expiresAt()));
        return valid ? latestPrompt : null;
    }

    /** Returns how much of {@code interval} is left after {@code event}; zero if it has passed or nothing happened. */
    static Duration left(Duration interval, @Nullable Moment event, Moment now) {
        if (event == null) {
            return Duration.ZERO;
        }
        Duration left = interval.minus(now.since(event));
        return left.isPositive() ? left : Duration.ZERO;
    }
}
