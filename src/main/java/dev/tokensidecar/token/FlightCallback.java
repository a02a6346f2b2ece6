package dev.tokensidecar.token;

/** Receives the result of a flight, once. */
interface FlightCallback {

    void succeed(AccessToken token);

    void fail(Throwable failure);

    /** Whether nobody is waiting for the result any more. */
    default boolean isDone() {
        return false;
    }
}
