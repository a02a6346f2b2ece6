package dev.tokensidecar.token;

import java.time.Duration;

/**
 * Hears what comes of one caller's question: the port for traces. Like a {@link TokenListener} it is quick, never blocks
 * and never throws; of a caller that goes away it hears nothing more.
 */
public interface CallerListener {

    /** Hears nothing. */
    CallerListener NONE = new CallerListener() {};

    /** The caller has started this flight, or waits for it. */
    default void joins(FlightListener flight) {}

    /** The caller gets a token without waiting. */
    default void served(AccessToken token) {}

    /** The caller gets a token after a wait. */
    default void servedAfter(AccessToken token, Duration wait) {}

    /** The caller gets an error. */
    default void refused(TokenException why, Duration wait) {}
}
