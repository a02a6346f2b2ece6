package dev.tokensidecar.ingress;

import dev.tokensidecar.token.LogValue;
import dev.tokensidecar.token.TokenException;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What a caller is told instead of a token.
 *
 * @param retryAfter when it makes sense to come again; null if nobody can tell
 */
public record ProblemResponse(
        ProblemKind kind, String detail, @Nullable Duration retryAfter) {

    private static final Logger LOG = Logger.getLogger(ProblemResponse.class);

    public static ProblemResponse of(ProblemKind kind, String detail) {
        return new ProblemResponse(kind, detail, null);
    }

    /** What came of a question for a token. */
    public static ProblemResponse of(Throwable failure) {
        return failure instanceof TokenException why
                ? new ProblemResponse(ProblemKind.of(why), why.detail(), why.retryAfter())
                : ofDefect(failure);
    }

    /** A defect; its message may quote anything, so the caller learns of its type only and the log of the place. */
    private static ProblemResponse ofDefect(Throwable defect) {
        StackTraceElement[] trace = defect.getStackTrace();
        LOG.errorf(
                "unexpected failure type=%s at=%s",
                LogValue.of(defect.getClass().getName()), LogValue.of(trace.length == 0 ? "unknown" : trace[0]));
        return of(ProblemKind.INTERNAL_ERROR, "unexpected failure, see the sidecar's log");
    }

    /** Whether the same request can succeed later without anybody's help. */
    public boolean isRetryable() {
        return kind.retryable;
    }

    public Problem body() {
        return Problem.of(kind, detail);
    }

    /**
     * The value of {@code Retry-After}: rounded up, so that whoever waits as told does not come too early; a second where
     * nobody can tell.
     *
     * @return null if it makes no sense to come again
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
