package dev.tokensidecar.token;

import java.util.List;
import java.util.Set;

/**
 * What the refresher does. A single {@link java.util.concurrent.atomic.AtomicReference} holds all of it.
 * {@code docs/architecture.md} draws the transitions.
 */
sealed interface TokenState {

    /** Every label, in the order of a token's lifetime. */
    List<String> LABELS = List.of("idle", "refreshing", "backing_off", "dead", "closed");

    TokenSnapshot snapshot();

    /** The word for {@code /status} and the state metric. */
    String label();

    /** Nothing to do until the token is due. */
    record Idle(TokenSnapshot snapshot) implements TokenState {

        @Override
        public String label() {
            return "idle";
        }
    }

    /** A refresh is in flight, or about to start. */
    record Refreshing(TokenSnapshot snapshot, Flight flight) implements TokenState {

        @Override
        public String label() {
            return "refreshing";
        }
    }

    /** The last refresh failed; the next one starts no earlier than {@code pauseNanos} after {@code since}. */
    record BackingOff(
            TokenSnapshot snapshot, RefreshFailure failure, RefreshReason reason, Moment since, long pauseNanos)
            implements TokenState {

        @Override
        public String label() {
            return "backing_off";
        }

        long leftNanos(Moment now) {
            return Math.max(0, pauseNanos - now.nanosSince(since));
        }
    }

    /**
     * The authorization server rejected every refresh token. Only a new one helps, or a probe that is accepted.
     *
     * @param invalid the rejected refresh tokens; any other one in the store is worth a try
     */
    record Dead(TokenSnapshot snapshot, RefreshFailure.InvalidGrant failure, Set<TokenHash> invalid, Moment since)
            implements TokenState {

        public Dead {
            invalid = Set.copyOf(invalid);
        }

        @Override
        public String label() {
            return "dead";
        }
    }

    /** The sidecar shuts down: it serves the token that it has, and starts nothing. */
    record Closed(TokenSnapshot snapshot) implements TokenState {

        @Override
        public String label() {
            return "closed";
        }
    }
}
