package dev.tokensidecar.token;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a session knows about its refresh token. Immutable; each change is a named method.
 *
 * @param token the newest refresh token; null before the first, and after a grant without one
 * @param persisted whether a restarted process finds it, or needs none
 * @param usedAt when the request was sent that last used it, or that obtained it; null before the first
 * @param invalid refresh tokens that the authorization server has rejected since it issued the newest one
 */
record RefreshTokenState(
        @Nullable RefreshToken token,
        boolean persisted,
        @Nullable Moment usedAt,
        Set<TokenHash> invalid) {

    static final RefreshTokenState NONE = new RefreshTokenState(null, true, null, Set.of());

    RefreshTokenState {
        invalid = Set.copyOf(invalid);
    }

    /** A new refresh token replaces the current one. */
    RefreshTokenState rotated(RefreshToken next, boolean saved, Moment sentAt) {
        return new RefreshTokenState(next, saved, sentAt, Set.of());
    }

    /** The same refresh token was accepted; the response may have stated its lifetime. */
    RefreshTokenState used(RefreshToken same, Moment sentAt) {
        return new RefreshTokenState(same, persisted, sentAt, Set.of());
    }

    /** An access token was granted without a refresh token. */
    RefreshTokenState without(Moment sentAt) {
        return new RefreshTokenState(null, true, sentAt, invalid);
    }

    RefreshTokenState saved() {
        return new RefreshTokenState(token, true, usedAt, invalid);
    }

    RefreshTokenState invalidating(TokenHash rejected) {
        Set<TokenHash> all = new HashSet<>(invalid);
        all.add(rejected);
        return new RefreshTokenState(token, persisted, usedAt, all);
    }

    boolean needsSaving() {
        return token != null && !persisted;
    }
}
