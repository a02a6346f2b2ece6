package dev.tokensidecar.token;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a store has to offer.
 *
 * @param fresh a seed that no success has followed yet: somebody logged in anew; null if there is none
 * @param current the newest refresh token of the session that was kept; null if none was
 * @param previous the one before it, offered only where the current one is lost, or where nobody knows whether the
 *     server has seen it; null otherwise
 * @param attemptedAt when a process that has ended since presented a token and did not live to see the answer; null if
 *     none did
 * @param trouble what is wrong with the store although it has something to offer; null if nothing is
 */
public record StoreContents(
        @Nullable RefreshToken fresh,
        @Nullable RefreshToken current,
        @Nullable RefreshToken previous,
        @Nullable Instant attemptedAt,
        @Nullable StoreFailure trouble) {

    /** Nothing at all. */
    public static final StoreContents NOTHING = new StoreContents(null, null, null, null, null);

    /** What may be presented, best first: a new log-in, then the newest token, then the one before it. */
    List<RefreshToken> candidates() {
        return Stream.of(fresh, current, previous).filter(Objects::nonNull).toList();
    }

    /** The same for a process that has received newer tokens, and must never go back. */
    StoreContents withoutPrevious() {
        return new StoreContents(fresh, current, null, null, trouble);
    }

    /** The same for a process that holds a newer token than any store. */
    StoreContents with(RefreshToken held) {
        return new StoreContents(fresh, held, null, null, trouble);
    }
}
