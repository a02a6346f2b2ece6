package dev.tokensidecar.token;

/** Reads the clocks. The core learns the time from nowhere else. */
public interface TimeSource {

    /** Reads the monotonic clock; comparable within one process only. */
    long nanos();

    /** Reads the wall clock. */
    long epochMillis();

    /** Reads both clocks. */
    default Moment now() {
        return new Moment(nanos(), epochMillis());
    }
}
