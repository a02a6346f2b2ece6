package dev.tokensidecar.token;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a session knows of its refresh token. Immutable; each change is a named method.
 *
 * @param token the newest refresh token; null if none was accepted or handed out yet, or the last grant came without one
 * @param persisted whether a restart would find it, or can do without
 * @param usedAt when the request was sent that it was accepted in, or handed out for; null before the first
 * @param refused the refresh tokens that were called dead since the newest one came
 */
record RefreshTokenState(
        @Nullable RefreshToken token,
        boolean persisted,
        @Nullable Moment usedAt,
        Set<TokenHash> refused) {

    static final RefreshTokenState NOTHING = new RefreshTokenState(null, true, null, Set.of());

    RefreshTokenState {
        refused = Set.copyOf(refused);
    }

    /** Another refresh token takes the place of the last one. */
    RefreshTokenState replaced(RefreshToken next, boolean saved, Moment sentAt) {
        return new RefreshTokenState(next, saved, sentAt, Set.of());
    }

    /** The same refresh token was accepted; its life may be known better now. */
    RefreshTokenState used(RefreshToken same, Moment sentAt) {
        return new RefreshTokenState(same, persisted, sentAt, Set.of());
    }

    /** TokenResponse were granted without a refresh token. */
    RefreshTokenState without(Moment sentAt) {
        return new RefreshTokenState(null, true, sentAt, refused);
    }

    RefreshTokenState saved() {
        return new RefreshTokenState(token, true, usedAt, refused);
    }

    RefreshTokenState refusing(TokenHash dead) {
        Set<TokenHash> all = new HashSet<>(refused);
        all.add(dead);
        return new RefreshTokenState(token, persisted, usedAt, all);
    }

    boolean needsSaving() {
        return token != null && !persisted;
    }
}
