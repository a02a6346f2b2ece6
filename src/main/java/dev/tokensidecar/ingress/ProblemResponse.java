package dev.tokensidecar.ingress;

import dev.tokensidecar.token.TokenException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A problem as a response to a caller.
 *
 * @param detail what happened this time
 * @param retryAfter the time after which a retry makes sense; null if unknown
 */
public record ProblemResponse(
        ProblemKind kind, String detail, @Nullable Duration retryAfter) {

    public static ProblemResponse of(ProblemKind kind, String detail) {
        return new ProblemResponse(kind, detail, null);
    }

    /** Responds with the title of the problem as its detail. */
    public static ProblemResponse of(ProblemKind kind) {
        return of(kind, kind.title);
    }

    /** Classifies the failure of a token request. Logs a failure that is none of the expected ones as a defect. */
    public static ProblemResponse of(Throwable failure) {
        return failure instanceof TokenException why
                ? new ProblemResponse(ProblemKind.of(why), why.detail(), why.retryAfter())
                : ofDefect(failure);
    }

    /** Tells the caller neither type nor place. */
    private static ProblemResponse ofDefect(Throwable defect) {
        Defects.log(defect);
        return of(ProblemKind.INTERNAL_ERROR, "unexpected failure, see the sidecar's log");
    }

    /** Whether the same request can succeed later without anybody's intervention. */
    public boolean isRetryable() {
        return kind.retryable;
    }

    public Problem body() {
        return Problem.of(kind, detail);
    }

    /**
     * Returns the value of {@code Retry-After}, rounded up so that a caller that obeys it does not retry too early; one
     * second if the time is unknown.
     *
     * @return null if a retry makes no sense
     */
    public @Nullable String retryAfterSeconds() {
        if (!kind.retryable) {
            return null;
        }
        long seconds = retryAfter == null
                ? 1
                : Math.max(1, retryAfter.plusSeconds(1).minusNanos(1).toSeconds());
        return Long.toString(seconds);
    }
}
