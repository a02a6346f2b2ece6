package dev.tokensidecar.store;

import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.TokenHash;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is in a refresh token file.
 *
 * @param token the refresh token
 * @param seenSeeds the seeds that were there when a refresh succeeded, oldest first; none of them is newer than the token
 */
record StoredToken(RefreshToken token, List<TokenHash> seenSeeds) {

    /** Nobody goes back further; without a limit the file would grow with each log-in. */
    private static final int MOST_SEEDS = 100;

    StoredToken {
        seenSeeds = List.copyOf(seenSeeds);
    }

    /** The same, with this seed as the last one seen. */
    StoredToken having(TokenHash seed) {
        List<TokenHash> others =
                seenSeeds.stream().filter(other -> !other.equals(seed)).toList();
        int surplus = Math.max(0, others.size() + 1 - MOST_SEEDS);
        return new StoredToken(
                token,
                Stream.concat(others.stream().skip(surplus), Stream.of(seed)).toList());
    }
}
