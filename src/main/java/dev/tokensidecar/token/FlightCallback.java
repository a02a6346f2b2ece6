package dev.tokensidecar.token;

/** Whoever waits for a flight; told once how it ended. */
interface FlightCallback {

    void succeed(AccessToken token);

    void fail(Throwable failure);

    /** Whether nobody waits any more. */
    default boolean isGone() {
        return false;
    }
}
