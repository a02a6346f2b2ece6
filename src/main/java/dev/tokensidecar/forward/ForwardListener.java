package dev.tokensidecar.forward;

/** Hears what comes of forwarded requests: the port for metrics. Quick, never blocks, never throws. */
public interface ForwardListener {

    /** How a forwarded request ended: a label of a metric. */
    enum Outcome {
        /** The caller got the API's answer to the only request. */
        ANSWERED,
        /** The caller got the API's answer to the second request, which had a newer token. */
        REPEATED,
        /** The caller got an answer that says that the token is over: there was no newer one, or the request was gone. */
        REJECTED,
        /** There was no token. */
        NO_TOKEN,
        /** The API was not reached, or broke off. */
        UNAVAILABLE,
        /** Nothing moved for too long. */
        TIMEOUT,
        /** Too many requests were being forwarded already, or this one could not be passed on. */
        REFUSED,
        /** The caller went away. */
        CANCELLED
    }

    /** A request came in that will end. */
    default void begun() {}

    default void ended(Outcome outcome) {}
}
