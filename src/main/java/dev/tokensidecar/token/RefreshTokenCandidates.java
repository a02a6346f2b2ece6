package dev.tokensidecar.token;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The refresh tokens that one flight may present, one after the other and none of them twice. */
final class RefreshTokenCandidates {

    private final Deque<RefreshToken> waiting = new ArrayDeque<>();
    private final Set<TokenHash> refused;
    private boolean askedAgain;

    /** @param refusedBefore what is not to be presented any more */
    RefreshTokenCandidates(Set<TokenHash> refusedBefore) {
        this.refused = new HashSet<>(refusedBefore);
    }

    void add(StoreContents stored) {
        stored.candidates().stream()
                .filter(candidate -> !refused.contains(candidate.hash()))
                .filter(candidate -> waiting.stream().noneMatch(candidate::sameValue))
                .forEach(waiting::add);
    }

    /** The next one; null if there is none left. */
    @Nullable RefreshToken next() {
        return waiting.poll();
    }

    void refuse(RefreshToken presented) {
        refused.add(presented.hash());
    }

    boolean exhausted() {
        return waiting.isEmpty();
    }

    /** Whether the store may be asked once more: somebody else may have put a newer token there meanwhile. */
    boolean mayAskAgain() {
        boolean first = !askedAgain;
        askedAgain = true;
        return first;
    }

    /** What the authorization server has refused so far. */
    Set<TokenHash> refused() {
        return Set.copyOf(refused);
    }
}
