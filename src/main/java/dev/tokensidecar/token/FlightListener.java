package dev.tokensidecar.token;

import java.time.Duration;

/**
 * Follows one refresh, and is shown to the callers that started it or wait for it: the port for traces. Like a
 * {@link TokenListener} it is quick, never blocks and never throws.
 */
public interface FlightListener {

    /** Follows nothing. */
    FlightListener NONE = new FlightListener() {};

    /** The refresh brought a token. */
    default void landed(LastRefresh refresh, AccessToken token) {}

    /** The refresh brought none; the next one starts after {@code pause} at the earliest. */
    default void crashed(LastRefresh refresh, RefreshFailure failure, Duration pause, boolean tokenStillUsable) {}
}
