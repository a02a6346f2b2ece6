package dev.tokensidecar.store;

import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.TokenHash;
import java.util.List;
import java.util.stream.Stream;

/**
 * The content of a refresh token file.
 *
 * @param token the refresh token
 * @param seenSeeds the seeds present at earlier successful refreshes, oldest first; none of them is newer than the token
 */
record StoredToken(RefreshToken token, List<TokenHash> seenSeeds) {

    /** Nobody reuses an older seed. Without a limit, the file would grow with each log-in. */
    private static final int MAX_SEEDS = 100;

    StoredToken {
        seenSeeds = List.copyOf(seenSeeds);
    }

    /** Returns a copy with this seed as the one seen last. */
    StoredToken withSeenSeed(TokenHash seed) {
        List<TokenHash> others =
                seenSeeds.stream().filter(other -> !other.equals(seed)).toList();
        int surplus = Math.max(0, others.size() + 1 - MAX_SEEDS);
        return new StoredToken(
                token,
                Stream.concat(others.stream().skip(surplus), Stream.of(seed)).toList());
    }
}
