package dev.tokensidecar.exchange;

/** Hears what happens to the exchanges of one token: the port for metrics, spans and the log. Sees no subject, token or hash. */
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

    /** A request to the authorization server starts. Returns who hears its end. */
    default ExchangeObserver exchangeStarting() {
        return ExchangeObserver.NONE;
    }

    /** The cache was full and has forgotten a result. */
    default void evicted() {}

    /** A report dropped a token. */
    default void rejectionReported() {}
}
