package dev.tokensidecar.app;

import dev.tokensidecar.token.Moment;
import dev.tokensidecar.token.TimeSource;

/** The machine's own clocks. */
final class SystemTime implements TimeSource {

    @Override
    public Moment now() {
        return new Moment(System.nanoTime(), System.currentTimeMillis());
    }
}
