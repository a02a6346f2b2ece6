package dev.tokensidecar.audit;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Counts the requests with one result since the last line about them. Thread-safe. */
final class Tally {

    private static final long ENDED = Long.MIN_VALUE;

    /**
     * What a caller gets.
     *
     * @param token null for a request without a token that its caller may ask for
     * @param generation 0 for no token, and for a token on behalf of a user
     * @param outcome {@link AuditLog#HANDED_OUT}, or an error code
     */
    record AuditedResult(@Nullable String token, long generation, String outcome) {}

    private final AuditedResult result;
    private final AtomicLong requests;

    /** @param requests how many there were already */
    Tally(AuditedResult result, long requests) {
        this.result = result;
        this.requests = new AtomicLong(requests);
    }

    AuditedResult result() {
        return result;
    }

    /** Whether it counts this result. Allocates nothing. */
    boolean counts(@Nullable String token, long generation, String outcome) {
        return result.generation() == generation
                && result.outcome().equals(outcome)
                && (token == null ? result.token() == null : token.equals(result.token()));
    }

    /** Counts requests. Returns false if the tally has ended, so that nobody would report them. */
    boolean add(long more) {
        return requests.addAndGet(more) > 0;
    }

    /** Returns how many there were since the last call. */
    long take() {
        return requests.getAndSet(0);
    }

    /** Returns the same, and counts no further one. */
    long end() {
        return requests.getAndSet(ENDED);
    }

    /** Ends the tally if there was none. Returns false otherwise. */
    boolean endIfIdle() {
        return requests.compareAndSet(0, ENDED);
    }
}
