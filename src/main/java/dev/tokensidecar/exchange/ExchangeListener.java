package dev.tokensidecar.exchange;

import java.time.Duration;

/** Hears what happens to the exchanges of one token: the port for metrics. Never sees a subject, a token or a hash. */
public interface ExchangeListener {

    /** How a caller was served. */
    enum ServedBy {
        /** From the cache. */
        CACHE,
        /** By a request that this caller started. */
        REQUEST,
        /** By a request that another caller with the same input had started. */
        SHARED,
        /** By the memory of a rejection. */
        REJECTION
    }

    /** A caller came. */
    default void called(ServedBy source) {}

    /**
     * A request to the authorization server has ended.
     *
     * @param outcome {@code success}, or the code of the failure
     */
    default void exchanged(String outcome, Duration duration) {}

    /** A report dropped a token. */
    default void rejectionReported() {}
}
