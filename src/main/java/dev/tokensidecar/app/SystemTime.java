package dev.tokensidecar.app;

import dev.tokensidecar.token.TimeSource;

/** The machine's own clocks. */
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
