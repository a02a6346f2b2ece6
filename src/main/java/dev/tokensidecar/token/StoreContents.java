package dev.tokensidecar.token;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The refresh tokens that a store has.
 *
 * @param fresh a seed that was never used successfully: somebody logged in again; null if there is none
 * @param current the newest refresh token that was saved; null if none was
 * @param previous the one before it, if the current one is lost or it is unknown whether the server has seen it; null
 *     otherwise
 * @param attemptedAt when a process presented a token and ended before it got the response; null if none did
 * @param failure what is wrong with the store although it has a token; null if nothing is
 */
public record StoreContents(
        @Nullable RefreshToken fresh,
        @Nullable RefreshToken current,
        @Nullable RefreshToken previous,
        @Nullable Instant attemptedAt,
        @Nullable StoreFailure failure) {

    /** A store without a refresh token. */
    public static final StoreContents EMPTY = new StoreContents(null, null, null, null, null);

    /** Returns the tokens to present, best first: a new log-in, then the newest token, then the one before it. */
    List<RefreshToken> candidates() {
        return Stream.of(fresh, current, previous).filter(Objects::nonNull).toList();
    }

    /** Returns the contents for a process that received newer tokens, and must never fall back to the previous one. */
    StoreContents withoutPrevious() {
        return new StoreContents(fresh, current, null, null, failure);
    }

    /** Returns the contents for a process that has a newer token than the store. */
    StoreContents with(RefreshToken newest) {
        return new StoreContents(fresh, newest, null, null, failure);
    }
}
