package dev.tokensidecar.testing;

import dev.tokensidecar.token.Moment;
import dev.tokensidecar.token.TimeSource;
import io.quarkus.test.Mock;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** The machine's clocks for the application under test, both ahead by as much as a test wants. */
@Mock
@Singleton
public class MovableTime implements TimeSource {

    private final AtomicLong aheadMillis = new AtomicLong();

    @Override
    public Moment now() {
        long ahead = aheadMillis.get();
        return new Moment(System.nanoTime() + Duration.ofMillis(ahead).toNanos(), System.currentTimeMillis() + ahead);
    }

    /** Jumps forward. */
    public void advance(Duration step) {
        aheadMillis.addAndGet(step.toMillis());
    }
}
