package dev.tokensidecar.token;

/** Tells what time it is; the only way the core learns it. */
public interface TimeSource {

    /** The monotonic clock, comparable with other readings of the same process only. */
    long nanos();

    /** The wall clock. */
    long epochMillis();

    /** Reads both clocks. */
    default Moment now() {
        return new Moment(nanos(), epochMillis());
    }
}
