package dev.tokensidecar.token;

/** Reads the clocks. The core has no other source of time. */
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
