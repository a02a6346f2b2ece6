package dev.tokensidecar.token;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The refresh tokens that one flight may present, one after the other and none of them twice. */
final class RefreshTokenCandidates {

    private final Deque<RefreshToken> queue = new ArrayDeque<>();
    private final Set<TokenHash> invalid;
    private boolean reloaded;

    /** @param invalid refresh tokens that must not be presented again */
    RefreshTokenCandidates(Set<TokenHash> invalid) {
        this.invalid = new HashSet<>(invalid);
    }

    void add(StoreContents contents) {
        contents.candidates().stream()
                .filter(candidate -> !invalid.contains(candidate.hash()))
                .filter(candidate -> queue.stream().noneMatch(candidate::sameValue))
                .forEach(queue::add);
    }

    /** Returns the next candidate; null if none is left. */
    @Nullable RefreshToken next() {
        return queue.poll();
    }

    void invalidate(RefreshToken presented) {
        invalid.add(presented.hash());
    }

    boolean exhausted() {
        return queue.isEmpty();
    }

    /** Whether the store may be read once more; true the first time only. */
    boolean mayReload() {
        boolean first = !reloaded;
        reloaded = true;
        return first;
    }

    /** Returns the refresh tokens that the authorization server has rejected so far. */
    Set<TokenHash> invalid() {
        return Set.copyOf(invalid);
    }
}
