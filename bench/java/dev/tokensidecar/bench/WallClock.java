package dev.tokensidecar.bench;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Reads the wall clock, which all processes of the machine share. */
final class WallClock {

    private WallClock() {}

    /** Returns the microseconds since 1970. */
    static long micros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
}
