package dev.tokensidecar.store;

import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.TokenHash;
import java.util.List;
import java.util.Objects;

/**
 * The content of a refresh token file.
 *
 * @param token the refresh token
 * @param generation the generation of the record that it was saved with; 0 if an older version of this program saved it
 * @param seenSeeds the seeds present at earlier successful refreshes, oldest first; none of them is newer than the token
 */
record StoredToken(RefreshToken token, long generation, List<TokenHash> seenSeeds) {

    StoredToken {
        seenSeeds = List.copyOf(seenSeeds);
    }

    /** Whether saving the other one would change nothing that matters. What is known about lifetimes does not. */
    boolean isUpToDate(StoredToken other) {
        return token.sameValue(other.token)
                && Objects.equals(token.key(), other.token.key())
                && generation == other.generation
                && seenSeeds.equals(other.seenSeeds);
    }
}
