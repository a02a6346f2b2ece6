package dev.tokensidecar.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All refresh tokens ever issued, by family, with rotation and reuse detection (RFC 9700 section 4.14.2).
 *
 * <p>A family has one current refresh token. Presenting it yields its successor. Presenting an older one is reuse and
 * revokes the whole family. The exception is the previous refresh token during the grace period: a new successor replaces
 * the one that was lost.
 */
final class TokenFamilies {

    /**
     * The rules for refresh tokens.
     *
     * @param rotation whether each use yields a successor
     * @param gracePeriod how long the previous refresh token may be presented again, counted from its first use
     * @param lifetime the lifetime of an unused refresh token; null for unlimited
     */
    record Rules(
            boolean rotation,
            Duration gracePeriod,
            @Nullable Duration lifetime) {}

    /** The client of a family and the scope granted to it. */
    record Family(String id, String clientId, String scope) {}

    /** The result of presenting a refresh token. */
    sealed interface Redemption {

        /**
         * The refresh token is valid.
         *
         * @param refreshToken the current refresh token from now on
         * @param rotated whether it differs from the presented one
         * @param expiresAt when the current refresh token expires; null if it does not
         */
        record Accepted(
                Family family,
                String refreshToken,
                boolean rotated,
                @Nullable Instant expiresAt) implements Redemption {}

        /** The refresh token is invalid. */
        enum Rejected implements Redemption {
            UNKNOWN("unknown refresh token"),
            EXPIRED("the refresh token has expired"),
            REUSED("the refresh token was reused, so the session has been revoked"),
            REVOKED("the session has been revoked");

            private final String description;

            Rejected(String description) {
                this.description = description;
            }

            String description() {
                return description;
            }
        }
    }

    private static final class FamilyState {
        private final Family family;
        private String current;
        private @Nullable Instant expiresAt;
        private @Nullable String previous;
        private @Nullable Instant rotatedAt;

        private FamilyState(Family family, String first, @Nullable Instant expiresAt) {
            this.family = family;
            this.current = first;
            this.expiresAt = expiresAt;
        }
    }

    private final Rules rules;
    private final Supplier<String> values;
    private final Map<String, FamilyState> states = new HashMap<>();
    private final Set<String> revoked = new HashSet<>();
    private long reuseCount;

    TokenFamilies(Rules rules, Supplier<String> values) {
        this.rules = rules;
        this.values = values;
    }

    /** Starts a new family and returns its first refresh token. */
    synchronized String open(String clientId, String scope, Instant now) {
        String first = values.get();
        open(first, clientId, scope, now);
        return first;
    }

    /** Starts a new family with this refresh token. */
    synchronized void open(String first, String clientId, String scope, Instant now) {
        Family family = new Family(values.get(), clientId, scope);
        states.put(first, new FamilyState(family, first, expiry(now)));
    }

    /** Returns the family of a refresh token in any state; null if the token is not one of this client. */
    synchronized @Nullable Family find(String refreshToken, String clientId) {
        FamilyState state = states.get(refreshToken);
        return state != null && state.family.clientId().equals(clientId) ? state.family : null;
    }

    /** Returns the client of a refresh token, for an endpoint without clients; empty if the token is unknown. */
    synchronized String clientOf(String refreshToken) {
        FamilyState state = states.get(refreshToken);
        return state == null ? "" : state.family.clientId();
    }

    /**
     * Uses a refresh token.
     *
     * @param rotate false to keep the presented refresh token this time, whatever the rules say
     */
    synchronized Redemption present(String refreshToken, String clientId, boolean rotate, Instant now) {
        FamilyState state = states.get(refreshToken);
        if (state == null || !state.family.clientId().equals(clientId)) {
            return Redemption.Rejected.UNKNOWN;
        }
        if (revoked.contains(state.family.id())) {
            return Redemption.Rejected.REVOKED;
        }
        if (!refreshToken.equals(state.current) && !isInGracePeriod(state, refreshToken, now)) {
            reuseCount++;
            revoked.add(state.family.id());
            return Redemption.Rejected.REUSED;
        }
        if (state.expiresAt != null && !now.isBefore(state.expiresAt)) {
            return Redemption.Rejected.EXPIRED;
        }
        if (!rules.rotation() || !rotate) {
            return new Redemption.Accepted(state.family, refreshToken, false, state.expiresAt);
        }
        return rotate(state, refreshToken, now);
    }

    synchronized boolean isActive(String familyId) {
        return !revoked.contains(familyId);
    }

    /** Revokes the family of a refresh token, as when the user signs out everywhere. */
    synchronized void revoke(String refreshToken) {
        FamilyState state = states.get(refreshToken);
        if (state != null) {
            revoked.add(state.family.id());
        }
    }

    synchronized void revokeAll() {
        states.values().forEach(state -> revoked.add(state.family.id()));
    }

    /** Returns every refresh token ever issued. */
    synchronized Set<String> all() {
        return Set.copyOf(states.keySet());
    }

    /** Returns how often a used refresh token was presented again. */
    synchronized long reuseDetections() {
        return reuseCount;
    }

    private Redemption rotate(FamilyState state, String presented, Instant now) {
        if (presented.equals(state.current)) {
            state.previous = presented;
            state.rotatedAt = now;
        }
        state.current = values.get();
        state.expiresAt = expiry(now);
        states.put(state.current, state);
        return new Redemption.Accepted(state.family, state.current, true, state.expiresAt);
    }

    private boolean isInGracePeriod(FamilyState state, String refreshToken, Instant now) {
        return refreshToken.equals(state.previous)
                && state.rotatedAt != null
                && now.isBefore(state.rotatedAt.plus(rules.gracePeriod()));
    }

    private @Nullable Instant expiry(Instant now) {
        return rules.lifetime() == null ? null : now.plus(rules.lifetime());
    }
}
