package dev.tokensidecar.token;

import java.util.List;
import java.util.Set;

/**
 * What the refresher is doing. One {@link java.util.concurrent.atomic.AtomicReference} holds it; there is no flag beside
 * it. The transitions are drawn in {@code docs/architecture.md}.
 */
sealed interface TokenState {

    TokenSnapshot held();

    /** The same state around something else held. */
    TokenState with(TokenSnapshot held);

    /** The word for {@code /status} and the state metric. */
    String label();

    /** Every label there is, in the order of a life. */
    List<String> LABELS = List.of("idle", "refreshing", "backing_off", "dead", "closed");

    /** Nothing to do before the token is due. */
    record Idle(TokenSnapshot held) implements TokenState {
        @Override
        public Idle with(TokenSnapshot other) {
            return new Idle(other);
        }

        @Override
        public String label() {
            return "idle";
        }
    }

    /** One request to the authorization server is under way, or about to be. */
    record Refreshing(TokenSnapshot held, Flight flight) implements TokenState {
        @Override
        public Refreshing with(TokenSnapshot other) {
            return new Refreshing(other, flight);
        }

        @Override
        public String label() {
            return "refreshing";
        }
    }

    /** The last refresh failed; no new one starts before {@code pauseNanos} have passed since {@code since}. */
    record BackingOff(TokenSnapshot held, RefreshFailure failure, RefreshReason reason, Moment since, long pauseNanos)
            implements TokenState {
        @Override
        public BackingOff with(TokenSnapshot other) {
            return new BackingOff(other, failure, reason, since, pauseNanos);
        }

        @Override
        public String label() {
            return "backing_off";
        }

        long leftNanos(Moment now) {
            return Math.max(0, pauseNanos - now.nanosSince(since));
        }
    }

    /**
     * The refresh token is dead. Only a new one, or a probe that finds it alive, helps.
     *
     * @param refused every refresh token that was called dead; any other one in the store is worth a try
     */
    record Dead(TokenSnapshot held, RefreshFailure.InvalidGrant failure, Set<TokenHash> refused, Moment since)
            implements TokenState {
        public Dead {
            refused = Set.copyOf(refused);
        }

        @Override
        public Dead with(TokenSnapshot other) {
            return new Dead(other, failure, refused, since);
        }

        @Override
        public String label() {
            return "dead";
        }
    }

    /** The sidecar shuts down: what it holds is served, nothing is started. */
    record Closed(TokenSnapshot held) implements TokenState {
        @Override
        public Closed with(TokenSnapshot other) {
            return new Closed(other);
        }

        @Override
        public String label() {
            return "closed";
        }
    }
}
