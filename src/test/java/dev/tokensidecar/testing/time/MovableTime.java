package dev.tokensidecar.testing.time;

import dev.tokensidecar.token.TimeSource;
import io.quarkus.test.Mock;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The machine's clocks for the application under test, both ahead by as much as a test wants. */
@Mock
@Singleton
public class MovableTime implements TimeSource {

    private final AtomicLong aheadMillis = new AtomicLong();

    @Override
    public long nanos() {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(aheadMillis.get());
    }

    @Override
    public long epochMillis() {
        return System.currentTimeMillis() + aheadMillis.get();
    }

    /** Jumps forward. */
    public void advance(Duration step) {
        aheadMillis.addAndGet(step.toMillis());
    }
}
