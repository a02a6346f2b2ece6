package dev.tokensidecar.token;

import java.time.Duration;

/**
 * Hears what one caller gets: the port for traces. Like a {@link TokenListener}, it returns quickly and never blocks or
 * throws. It hears nothing more about a caller that disconnects.
 */
public interface CallerListener {

    /** Ignores everything. */
    CallerListener NONE = new CallerListener() {};

    /** The caller started this refresh, or waits for it. */
    default void joins(RefreshObserver refresh) {}

    /** The caller gets a token without waiting. */
    default void served(AccessToken token) {}

    /** The caller gets a token after waiting. */
    default void servedAfter(AccessToken token, Duration wait) {}

    /** The caller gets an error. */
    default void failed(TokenException reason, Duration wait) {}
}
