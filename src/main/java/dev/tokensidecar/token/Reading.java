package dev.tokensidecar.token;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a process knows about a session after it has read the store.
 *
 * @param newest the record of the store, or the one in memory if that is newer
 * @param stored the record of the store
 * @param version the version to replace
 * @param seed the seed in the store; null if there is none
 */
record Reading(
        SessionRecord newest,
        SessionRecord stored,
        String version,
        @Nullable RefreshToken seed) {

    /** Nothing could be read. */
    static final Reading NONE = new Reading(SessionRecord.EMPTY, SessionRecord.EMPTY, "", null);

    /**
     * Returns the refresh tokens to present, best first. What lies in the store comes last if memory is newer: somebody may
     * have put it there by hand.
     */
    List<RefreshToken> candidates() {
        RefreshToken kept = stored.current();
        Stream<RefreshToken> others = kept == null ? Stream.of() : Stream.of(kept);
        return Stream.concat(newest.candidates(seed).stream(), others).toList();
    }
}
