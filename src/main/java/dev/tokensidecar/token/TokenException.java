package dev.tokensidecar.token;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why a caller gets no token: the only family of errors of the core. Messages never contain a credential.
 *
 * <p>One instance is the result for all callers of a flight, so it has no stack trace.
 */
public abstract sealed class TokenException extends RuntimeException
        permits RefreshFailure,
                TokenException.DeadlineExceeded,
                TokenException.TooManyWaiters,
                TokenException.RejectedAgain {

    private final String code;
    private final String detail;
    private final @Nullable Duration retryAfter;

    TokenException(String code, String message, @Nullable Duration retryAfter) {
        super(message, null, false, false);
        this.code = code;
        this.detail = message;
        this.retryAfter = retryAfter;
    }

    /** The error word for responses and metrics; one of a small constant set. */
    public String code() {
        return code;
    }

    /** Describes what happened, for people. */
    public String detail() {
        return detail;
    }

    /** When to try again; null if unknown. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** This caller's wait timed out. What it waited for continues. */
    public static final class DeadlineExceeded extends TokenException {

        /** @param continuing what the caller waited for, such as {@code refresh} */
        private DeadlineExceeded(Duration waited, String continuing) {
            super(
                    "deadline_exceeded",
                    "no token within %d ms; the %s continues".formatted(waited.toMillis(), continuing),
                    Duration.ofSeconds(1));
        }

        public static DeadlineExceeded ofRefresh(Duration waited) {
            return new DeadlineExceeded(waited, "refresh");
        }

        public static DeadlineExceeded ofExchange(Duration waited) {
            return new DeadlineExceeded(waited, "token exchange");
        }
    }

    /** The queue of waiters is full. */
    public static final class TooManyWaiters extends TokenException {
        public TooManyWaiters(int limit) {
            super("too_many_waiters", "%d callers are waiting already".formatted(limit), Duration.ofSeconds(1));
        }
    }

    /** A token that was renewed because of a rejection is rejected as well. */
    public static final class RejectedAgain extends TokenException {
        public RejectedAgain(Duration retryAfter) {
            super(
                    "rejected_again",
                    "a token that was just renewed because of a rejection is rejected too, so expiry is not the problem:"
                            + " check the token's audience and scope and what the API knows of the client",
                    retryAfter);
        }
    }
}
