package dev.tokensidecar.token;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is held of one access token, whatever is being done at the moment. Immutable; each change is a named method.
 *
 * @param token the newest access token, usable or not; null before the first
 * @param generation number of access tokens received
 * @param failures failed refreshes in a row
 * @param lastSuccess when the request that brought the newest token was sent; null before the first
 * @param lastRejected the same for the newest refresh that a rejection report forced; null if there was none
 * @param lastForced the same for the newest refresh that any caller forced, by a report or by {@code min_ttl}
 * @param lastRefresh the last finished refresh; null before the first
 * @param prompt what a person was asked to do at the last refresh; null for nothing
 */
record TokenSnapshot(
        @Nullable AccessToken token,
        long generation,
        int failures,
        @Nullable Moment lastSuccess,
        @Nullable Moment lastRejected,
        @Nullable Moment lastForced,
        @Nullable LastRefresh lastRefresh,
        @Nullable LoginPrompt prompt) {

    static final TokenSnapshot NOTHING = new TokenSnapshot(null, 0, 0, null, null, null, null, null);

    Freshness freshness(Moment now) {
        return token == null ? Freshness.NONE : token.validity().freshness(now);
    }

    /** Whether the report is about the token that is handed out now, and not about one long replaced. */
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
                null);
    }

    TokenSnapshot failed(RefreshFailure failure, LastRefresh refresh) {
        LoginPrompt asked = failure instanceof RefreshFailure.AuthorizationPending pending ? pending.prompt() : null;
        return new TokenSnapshot(token, generation, failures + 1, lastSuccess, lastRejected, lastForced, refresh, asked);
    }

    /** Whether less than {@code interval} has passed since {@code event}; what is left of it, or zero. */
    static Duration left(Duration interval, @Nullable Moment event, Moment now) {
        if (event == null) {
            return Duration.ZERO;
        }
        Duration left = interval.minus(now.since(event));
        return left.isPositive() ? left : Duration.ZERO;
    }
}
