package dev.tokensidecar.token;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the sidecar holds, whatever it is doing at the moment. Immutable; each change is a named method.
 *
 * @param token the newest access token, usable or not; null before the first
 * @param refreshToken the newest refresh token; null if none was read yet or the grant needs none
 * @param persisted whether a restart would find that refresh token
 * @param generation number of access tokens received
 * @param failures failed refreshes in a row
 * @param lastSuccess when the request that brought the newest token was sent; null before the first
 * @param lastForced the same for the newest refresh that a rejection report forced; null if there was none
 * @param lastRefresh the last finished refresh; null before the first
 */
record Held(
        @Nullable AccessToken token,
        @Nullable RefreshToken refreshToken,
        boolean persisted,
        long generation,
        int failures,
        @Nullable Moment lastSuccess,
        @Nullable Moment lastForced,
        @Nullable LastRefresh lastRefresh) {

    static final Held NOTHING = new Held(null, null, true, 0, 0, null, null, null);

    Freshness freshness(Moment now) {
        return token == null ? Freshness.NONE : token.validity().freshness(now);
    }

    /** Whether the report is about the token that is handed out now, and not about one long replaced. */
    boolean isCurrent(@Nullable TokenHash reported) {
        return token != null && token.matches(reported);
    }

    Held granted(Grant grant, LastRefresh refresh) {
        AccessToken next = grant.token();
        Moment sentAt = next.validity().from();
        boolean forced = next.obtainedFor() == RefreshReason.REJECTED;
        return new Held(
                next,
                grant.refreshToken(),
                grant.rotated() ? grant.saved() : persisted,
                next.generation(),
                0,
                sentAt,
                forced ? sentAt : lastForced,
                refresh);
    }

    Held failed(LastRefresh refresh) {
        return new Held(token, refreshToken, persisted, generation, failures + 1, lastSuccess, lastForced, refresh);
    }

    Held saved() {
        return new Held(token, refreshToken, true, generation, failures, lastSuccess, lastForced, lastRefresh);
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
