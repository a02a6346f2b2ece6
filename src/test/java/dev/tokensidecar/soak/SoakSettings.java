package dev.tokensidecar.soak;

import dev.tokensidecar.testing.process.SidecarTestBed;
import java.time.Duration;

/** The settings of the run, and the limits that follow from them. */
final class SoakSettings {

    static final Duration LIFETIME = Duration.ofSeconds(3);
    /** No caller gets a token with less remaining lifetime. */
    static final Duration MIN_REMAINING = Duration.ofMillis(500);

    private static final Duration MIN_INTERVAL = Duration.ofSeconds(1);
    private static final Duration REJECTED_INTERVAL = Duration.ofSeconds(2);
    private static final Duration BACK_OFF_INITIAL = Duration.ofMillis(200);
    private static final Duration BACK_OFF_MAX = Duration.ofSeconds(2);

    private SoakSettings() {}

    static void set(SidecarTestBed testBed) {
        set(testBed, "REFRESH_AHEAD", Duration.ofSeconds(1));
        set(testBed, "REFRESH_MIN_REMAINING", MIN_REMAINING);
        set(testBed, "REFRESH_DEFAULT_LIFE", LIFETIME);
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

    /** Returns the maximum number of successful requests in this time: renewals and reports keep their intervals. */
    static long successes(Duration time) {
        return 2 + time.dividedBy(MIN_INTERVAL) + time.dividedBy(REJECTED_INTERVAL);
    }

    /**
     * Returns the maximum number of failed requests in an outage. Pauses are random up to a bound that doubles up to its
     * limit, so they average half the limit; this allows twice as many requests.
     */
    static int failures(Duration outage) {
        int doublings = Long.SIZE - Long.numberOfLeadingZeros(BACK_OFF_MAX.dividedBy(BACK_OFF_INITIAL));
        return (int) (1 + doublings + outage.dividedBy(BACK_OFF_MAX.dividedBy(4)));
    }
}
