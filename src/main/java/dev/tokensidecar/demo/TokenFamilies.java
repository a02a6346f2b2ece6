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
 * Every refresh token ever issued and the family it descends from (RFC 9700 section 4.14.2).
 *
 * <p>A family is one line of descent with one live refresh token at its end. Presenting that one yields its successor.
 * Presenting any older one is reuse and kills the whole family, unless it is the immediately previous one and the grace
 * window is still open: then the successor that got lost is replaced by a new one.
 */
final class TokenFamilies {

    /**
     * How refresh tokens live and die.
     *
     * @param rotation whether each use yields a successor
     * @param grace how long the previous refresh token may be presented again, counted from its first use
     * @param life how long an unused refresh token lives; null for ever
     */
    record Rules(boolean rotation, Duration grace, @Nullable Duration life) {}

    /** Whose refresh token it is and what it is good for. */
    record Family(String id, String clientId, String scope) {}

    /** What became of a presented refresh token. */
    sealed interface Redemption {

        /**
         * The refresh token is good.
         *
         * @param refreshToken the one that is live from now on
         * @param rotated whether that is another one than the one presented
         * @param expiresAt the end of the live one; null if it has none
         */
        record Accepted(
                Family family,
                String refreshToken,
                boolean rotated,
                @Nullable Instant expiresAt) implements Redemption {}

        /** The refresh token is not good. */
        enum Refused implements Redemption {
            UNKNOWN("the refresh token is unknown"),
            EXPIRED("the refresh token is expired"),
            REUSED("the refresh token was used before, so the session is over"),
            REVOKED("the session is over");

            private final String words;

            Refused(String words) {
                this.words = words;
            }

            String words() {
                return words;
            }
        }
    }

    private static final class Line {
        private final Family family;
        private String live;
        private @Nullable Instant expiresAt;
        private @Nullable String previous;
        private @Nullable Instant rotatedAt;

        private Line(Family family, String first, @Nullable Instant expiresAt) {
            this.family = family;
            this.live = first;
            this.expiresAt = expiresAt;
        }
    }

    private final Rules rules;
    private final Supplier<String> values;
    private final Map<String, Line> lines = new HashMap<>();
    private final Set<String> revoked = new HashSet<>();
    private long reuses;

    TokenFamilies(Rules rules, Supplier<String> values) {
        this.rules = rules;
        this.values = values;
    }

    /** Opens a new family and returns its first refresh token. */
    synchronized String open(String clientId, String scope, Instant now) {
        String first = values.get();
        Family family = new Family(values.get(), clientId, scope);
        lines.put(first, new Line(family, first, end(now)));
        return first;
    }

    /** The family of a refresh token, whatever state it is in; null if this client has no such refresh token. */
    synchronized @Nullable Family find(String refreshToken, String clientId) {
        Line line = lines.get(refreshToken);
        return line != null && line.family.clientId().equals(clientId) ? line.family : null;
    }

    /** Whose refresh token it is, for an endpoint that knows no clients; nobody's if it is unknown. */
    synchronized String clientOf(String refreshToken) {
        Line line = lines.get(refreshToken);
        return line == null ? "" : line.family.clientId();
    }

    /**
     * Uses a refresh token.
     *
     * @param rotate false keeps the presented refresh token in force for this once, whatever the rules say
     */
    synchronized Redemption present(String refreshToken, String clientId, boolean rotate, Instant now) {
        Line line = lines.get(refreshToken);
        if (line == null || !line.family.clientId().equals(clientId)) {
            return Redemption.Refused.UNKNOWN;
        }
        if (revoked.contains(line.family.id())) {
            return Redemption.Refused.REVOKED;
        }
        if (!refreshToken.equals(line.live) && !inGrace(line, refreshToken, now)) {
            reuses++;
            revoked.add(line.family.id());
            return Redemption.Refused.REUSED;
        }
        if (line.expiresAt != null && !now.isBefore(line.expiresAt)) {
            return Redemption.Refused.EXPIRED;
        }
        if (!rules.rotation() || !rotate) {
            return new Redemption.Accepted(line.family, refreshToken, false, line.expiresAt);
        }
        return succeed(line, refreshToken, now);
    }

    synchronized boolean alive(String familyId) {
        return !revoked.contains(familyId);
    }

    /** Kills the family of a refresh token, as a user does who signs out everywhere. */
    synchronized void revoke(String refreshToken) {
        Line line = lines.get(refreshToken);
        if (line != null) {
            revoked.add(line.family.id());
        }
    }

    synchronized void revokeAll() {
        lines.values().forEach(line -> revoked.add(line.family.id()));
    }

    /** Every refresh token there has ever been. */
    synchronized Set<String> all() {
        return Set.copyOf(lines.keySet());
    }

    /** How often a used refresh token was presented again. */
    synchronized long reuseDetections() {
        return reuses;
    }

    private Redemption succeed(Line line, String presented, Instant now) {
        if (presented.equals(line.live)) {
            line.previous = presented;
            line.rotatedAt = now;
        }
        line.live = values.get();
        line.expiresAt = end(now);
        lines.put(line.live, line);
        return new Redemption.Accepted(line.family, line.live, true, line.expiresAt);
    }

    private boolean inGrace(Line line, String refreshToken, Instant now) {
        return refreshToken.equals(line.previous)
                && line.rotatedAt != null
                && now.isBefore(line.rotatedAt.plus(rules.grace()));
    }

    private @Nullable Instant end(Instant now) {
        return rules.life() == null ? null : now.plus(rules.life());
    }
}
