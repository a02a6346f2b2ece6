package dev.tokensidecar.forward;

/** Receives the outcomes of forwarded requests, for metrics. Implementations are quick and never block or throw. */
public interface ForwardListener {

    /** How a forwarded request ended: a label of a metric. */
    enum Outcome {
        /** The caller got the API's response to the only attempt. */
        ANSWERED,
        /** The caller got the API's response to the second attempt. */
        REPEATED,
        /**
         * The caller got a response that rejects the token: no newer one was available, or the request could not be
         * repeated.
         */
        REJECTED,
        /** No token was available. */
        NO_TOKEN,
        /** The API could not be reached, or broke the connection. */
        UNAVAILABLE,
        /** The exchange was idle for too long, or the caller sent its body too slowly. */
        TIMEOUT,
        /** Too many requests were in flight, or this one may not be forwarded. */
        REFUSED,
        /** The caller disconnected. */
        CANCELLED
    }

    /** Called for each request that arrives; {@link #ended} follows. */
    default void begun() {}

    default void ended(Outcome outcome) {}
}
