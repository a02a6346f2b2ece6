package dev.tokensidecar.app;

import dev.tokensidecar.token.TimeSource;

/** Reads the clocks of the machine. */
public final class SystemTime implements TimeSource {

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public long epochMillis() {
        return System.currentTimeMillis();
    }
}
