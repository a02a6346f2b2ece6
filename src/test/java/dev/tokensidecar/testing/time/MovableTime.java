package dev.tokensidecar.testing.time;

import dev.tokensidecar.token.TimeSource;
import io.quarkus.test.Mock;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The clocks of the machine for the application under test, ahead by an offset that tests set. */
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
