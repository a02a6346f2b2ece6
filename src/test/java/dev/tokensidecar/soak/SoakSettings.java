package dev.tokensidecar.soak;

import dev.tokensidecar.testing.process.SidecarTestBed;
import java.time.Duration;

/** The settings of the run, and what they promise. */
final class SoakSettings {

    static final Duration LIFE = Duration.ofSeconds(3);
    /** Nobody gets a token that has less left. */
    static final Duration LEAST_LEFT = Duration.ofMillis(500);

    private static final Duration MIN_INTERVAL = Duration.ofSeconds(1);
    private static final Duration REJECTED_INTERVAL = Duration.ofSeconds(2);
    private static final Duration BACK_OFF_INITIAL = Duration.ofMillis(200);
    private static final Duration BACK_OFF_MAX = Duration.ofSeconds(2);

    private SoakSettings() {}

    static void set(SidecarTestBed testBed) {
        set(testBed, "REFRESH_AHEAD", Duration.ofSeconds(1));
        set(testBed, "REFRESH_MIN_REMAINING", LEAST_LEFT);
        set(testBed, "REFRESH_DEFAULT_LIFE", LIFE);
        set(testBed, "REFRESH_MIN_INTERVAL", MIN_INTERVAL);
        set(testBed, "REFRESH_REJECTED_INTERVAL", REJECTED_INTERVAL);
        set(testBed, "REFRESH_BACK_OFF_INITIAL", BACK_OFF_INITIAL);
        set(testBed, "REFRESH_BACK_OFF_MAX", BACK_OFF_MAX);
        set(testBed, "HTTP_MAX_WAIT", Duration.ofSeconds(3));
        set(testBed, "AUTHORIZATION_SERVER_TIMEOUT", Duration.ofSeconds(4));
    }

    private static void set(SidecarTestBed testBed, String key, Duration value) {
        testBed.set("SIDECAR_TOKEN_" + key, value.toMillis() + "ms");
    }

    /** The most requests that succeed in this time: renewals keep their interval, and so do reports. */
    static long successes(Duration time) {
        return 2 + time.dividedBy(MIN_INTERVAL) + time.dividedBy(REJECTED_INTERVAL);
    }

    /**
     * The most requests that fail in an outage. Pauses are drawn between nothing and a bound that doubles up to its limit,
     * so half the limit is usual; half of that again is let pass.
     */
    static int failures(Duration outage) {
        int doublings = Long.SIZE - Long.numberOfLeadingZeros(BACK_OFF_MAX.dividedBy(BACK_OFF_INITIAL));
        return (int) (1 + doublings + outage.dividedBy(BACK_OFF_MAX.dividedBy(4)));
    }
}
