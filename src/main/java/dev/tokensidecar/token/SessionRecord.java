package dev.tokensidecar.token;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that is kept of a session, and the rules of its changes as pure functions. A file, a Secret of Kubernetes and a
 * simulation keep the same record under the same rules. {@code docs/fleet.md} explains them.
 *
 * @param generation grows by one with each new refresh token; a record never replaces one with a higher generation
 * @param current the newest refresh token; null before the first, and if it was lost
 * @param previous the refresh token before it, until the current one has been used; null otherwise
 * @param seenSeeds the seeds present at earlier successful refreshes, oldest first; none of them is newer than the token
 * @param claim who sends a token request now; null if nobody does
 * @param doubt the request whose response nobody has received; null if there is none
 * @param shared what the processes of a fleet tell each other
 */
public record SessionRecord(
        long generation,
        @Nullable RefreshToken current,
        @Nullable RefreshToken previous,
        List<TokenHash> seenSeeds,
        @Nullable Claim claim,
        @Nullable Doubt doubt,
        SharedState shared) {

    /** A session of which nothing is kept yet. */
    public static final SessionRecord EMPTY = new SessionRecord(0, null, null, List.of(), null, null, SharedState.NONE);

    /** Nobody reuses an older seed. Without a limit, the record would grow with each login. */
    private static final int MAX_SEEDS = 100;

    public SessionRecord {
        seenSeeds = List.copyOf(seenSeeds);
    }

    /**
     * A request whose response nobody has received: the server may have used the refresh token.
     *
     * @param presented the refresh token in the request; null if the request used another grant
     * @param at when it was claimed
     */
    public record Doubt(@Nullable TokenHash presented, Instant at) {}

    /** Returns the refresh tokens to present, best first: a new login, then the newest token, then the one before it. */
    List<RefreshToken> candidates(@Nullable RefreshToken seed) {
        return Stream.of(isNew(seed) ? seed : null, current, mayGoBack() ? previous : null)
                .filter(Objects::nonNull)
                .toList();
    }

    /** Whether the seed was never used successfully: somebody has logged in again. */
    boolean isNew(@Nullable RefreshToken seed) {
        return seed != null && !seenSeeds.contains(seed.hash());
    }

    /** The previous token is worth a try if the current one is lost, or if the server may never have seen it used. */
    private boolean mayGoBack() {
        return current == null || doubt != null;
    }

    /** The next request is claimed. A claim of somebody else that is taken over leaves a doubt. */
    SessionRecord claimed(Claim next) {
        Claim before = claim;
        Doubt left = before == null || before.isOf(next.holder()) ? doubt : before.doubt();
        return new SessionRecord(generation, current, previous, seenSeeds, next, left, shared);
    }

    /** The request failed, and certainly did not use the refresh token. */
    SessionRecord released(@Nullable SharedPause pause) {
        return new SessionRecord(generation, current, previous, seenSeeds, null, doubt, shared.with(pause));
    }

    /** The request failed, and may have used the refresh token. */
    SessionRecord doubted(@Nullable SharedPause pause) {
        return new SessionRecord(generation, current, previous, seenSeeds, null, left(), shared.with(pause));
    }

    /** A doubt about the same refresh token keeps the time of the first request. */
    private @Nullable Doubt left() {
        Claim failed = claim;
        if (failed == null || (doubt != null && Objects.equals(doubt.presented(), failed.presented()))) {
            return doubt;
        }
        return failed.doubt();
    }

    /** The authorization server has rejected these refresh tokens. */
    SessionRecord invalidating(Set<TokenHash> rejected) {
        return new SessionRecord(generation, current, previous, seenSeeds, claim, doubt, shared.invalidating(rejected));
    }

    /**
     * The request succeeded.
     *
     * @param token the refresh token in force from now on; null if there is none
     * @param seed the seed at the time of the request, which counts as seen from now on; null if there was none
     * @param name the name of the token that was refreshed
     * @param access the new access token; null if the store shares none
     */
    SessionRecord granted(
            @Nullable RefreshToken token, @Nullable RefreshToken seed, String name, @Nullable SharedToken access) {
        List<TokenHash> seeds = seed == null ? seenSeeds : withSeen(seed.hash());
        SharedState told = shared.with(name, access);
        if (token == null) {
            return new SessionRecord(generation, current, previous, seeds, null, null, told);
        }
        return token.sameValue(current)
                ? new SessionRecord(generation, token, null, seeds, null, null, told)
                : new SessionRecord(generation + 1, token, current, seeds, null, null, told);
    }

    private List<TokenHash> withSeen(TokenHash seed) {
        List<TokenHash> others =
                seenSeeds.stream().filter(other -> !other.equals(seed)).toList();
        int surplus = Math.max(0, others.size() + 1 - MAX_SEEDS);
        return Stream.concat(others.stream().skip(surplus), Stream.of(seed)).toList();
    }

    /**
     * Whether the other record has a refresh token that counts instead of this one. Nothing counts more than the result of
     * the process whose claim is in the record: everybody else has lost the right to send its request.
     */
    boolean isSuperseded(SessionRecord stored, ProcessId self) {
        return !stored.isClaimedBy(self)
                && (stored.generation > generation || (stored.generation == generation && !hasSameToken(stored)));
    }

    boolean isClaimedBy(ProcessId process) {
        return claim != null && claim.isOf(process);
    }

    private boolean hasSameToken(SessionRecord stored) {
        return stored.current == null ? current == null : stored.current.sameValue(current);
    }

    /** Whether the other record contains all of this one: then the write succeeded, although its response was lost. */
    boolean isPartOf(SessionRecord stored, ProcessId self) {
        return !stored.isClaimedBy(self)
                && generation == stored.generation
                && hasSameToken(stored)
                && stored.seenSeeds.containsAll(seenSeeds)
                && shared.isPartOf(stored.shared);
    }

    /**
     * Returns this record for writing over one that has changed, with what the other one knows in addition. The claim of
     * another process stays: its request may be on its way. The refresh token of the other one becomes the previous one, unless
     * it is older than that.
     */
    SessionRecord over(SessionRecord stored, ProcessId self) {
        SessionRecord merged = this;
        for (TokenHash seed : stored.seenSeeds) {
            merged = merged.seenSeeds.contains(seed) ? merged : merged.withSeed(seed);
        }
        boolean replaced = stored.current != null && !hasSameToken(stored) && stored.generation >= generation - 1;
        boolean claimedByOther = stored.claim != null && !stored.isClaimedBy(self);
        return new SessionRecord(
                Math.max(generation, hasSameToken(stored) ? stored.generation : stored.generation + 1),
                current,
                replaced ? stored.current : previous,
                merged.seenSeeds,
                claimedByOther ? stored.claim : null,
                claimedByOther ? stored.doubt : doubt,
                shared.over(stored.shared, hasSameToken(stored)));
    }

    private SessionRecord withSeed(TokenHash seed) {
        return new SessionRecord(generation, current, previous, withSeen(seed), claim, doubt, shared);
    }
}
