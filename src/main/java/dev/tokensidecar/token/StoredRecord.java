package dev.tokensidecar.token;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a store has at one moment.
 *
 * @param record the record; {@link SessionRecord#EMPTY} if there is none
 * @param version changes with each change of the record; a write names the version that it replaces
 * @param seed the refresh token that somebody put there for the first start, whether or not it was used since; null if
 *     there is none
 * @param failure what is wrong with the store although it has a record; null if nothing is
 */
public record StoredRecord(
        SessionRecord record,
        String version,
        @Nullable RefreshToken seed,
        @Nullable StoreFailure failure) {

    /** What the store has before anything was read from it. */
    static final StoredRecord NONE = new StoredRecord(SessionRecord.EMPTY, "", null, null);

    /** Whether there is a refresh token, saved or as a seed, that is none of these. */
    boolean hasTokenOtherThan(Set<TokenHash> invalid) {
        return record.candidates(seed).stream().anyMatch(token -> !invalid.contains(token.hash()));
    }
}
