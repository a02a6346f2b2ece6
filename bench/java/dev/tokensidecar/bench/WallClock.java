package dev.tokensidecar.bench;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The time that all processes of the machine share. */
final class WallClock {

    private WallClock() {}

    /** Microseconds since 1970. */
    static long micros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
}
