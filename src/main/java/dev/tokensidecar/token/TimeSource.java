package dev.tokensidecar.token;

/** Tells what time it is; the only way the core learns it. */
@FunctionalInterface
public interface TimeSource {

    /** Reads both clocks. */
    Moment now();
}
