package dev.tokensidecar.token;

import java.time.Instant;

/**
 * The clock that all processes of a fleet share: the one of the store. The clocks of their machines are never compared. A
 * process knows it within bounds only, so it takes the bound that makes a token older.
 */
public interface StoreClock {

    /** Returns the earliest time that this clock may have shown at a moment of this process. */
    Instant earliest(Moment moment);

    /** Returns the latest time that this clock may have shown at a moment of this process. */
    Instant latest(Moment moment);
}
