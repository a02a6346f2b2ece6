package dev.tokensidecar.token;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The part of a record that only a fleet needs: what one process has learnt, so that the others need not ask again.
 *
 * @param tokens the newest access token of each configured token, by name
 * @param invalid refresh tokens that the authorization server has rejected since it issued the newest one
 * @param pause the back-off of all processes; null if the last refresh succeeded
 */
public record SharedState(
        Map<String, SharedToken> tokens,
        Set<TokenHash> invalid,
        @Nullable SharedPause pause) {

    /** Nothing was shared yet. */
    public static final SharedState NONE = new SharedState(Map.of(), Set.of(), null);

    public SharedState {
        tokens = Map.copyOf(tokens);
        invalid = Set.copyOf(invalid);
    }

    /** A refresh succeeded. */
    SharedState with(String name, @Nullable SharedToken token) {
        return token == null
                ? new SharedState(tokens, Set.of(), null)
                : new SharedState(added(tokens, name, token), Set.of(), null);
    }

    SharedState with(@Nullable SharedPause next) {
        return new SharedState(tokens, invalid, next);
    }

    SharedState invalidating(Set<TokenHash> rejected) {
        Set<TokenHash> all = new HashSet<>(invalid);
        all.addAll(rejected);
        return new SharedState(tokens, all, pause);
    }

    /** Whether the other state has each of these access tokens, or a newer one. */
    boolean isPartOf(SharedState other) {
        return tokens.entrySet().stream().allMatch(entry -> {
            SharedToken theirs = other.tokens.get(entry.getKey());
            return theirs != null && theirs.sequence() >= entry.getValue().sequence();
        });
    }

    /**
     * Returns this state for writing over another one, with the access tokens that are newer there. Of two with the same
     * number, nobody knows which one the server has issued first, but others may have adopted the written one. So that one
     * stays, unless it belongs to a refresh token that is no longer in force.
     *
     * @param sameSession whether both states have the same refresh token
     */
    SharedState over(SharedState other, boolean sameSession) {
        Map<String, SharedToken> newest = new HashMap<>(tokens);
        other.tokens.forEach(
                (name, token) -> newest.merge(name, token, (ours, theirs) -> newer(ours, theirs, sameSession)));
        return new SharedState(newest, invalid, pause);
    }

    private static SharedToken newer(SharedToken ours, SharedToken theirs, boolean sameSession) {
        if (theirs.sequence() != ours.sequence()) {
            return theirs.sequence() > ours.sequence() ? theirs : ours;
        }
        return sameSession || theirs.value().equals(ours.value()) ? theirs : ours.next();
    }

    private static Map<String, SharedToken> added(Map<String, SharedToken> tokens, String name, SharedToken token) {
        Map<String, SharedToken> all = new HashMap<>(tokens);
        all.put(name, token);
        return all;
    }
}
