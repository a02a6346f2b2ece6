package dev.tokensidecar.fleet;

import dev.tokensidecar.token.TimeSource;
import java.time.Duration;
import java.time.Instant;

/** The clocks of one process: they agree with no other clock, and may stop. */
final class ProcessClock implements TimeSource {

    /** The true wall clock at the start of a simulation; also the one of the store. */
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final EventQueue queue;
    private final long offset;
    private final int rate;
    private long monotonicStopped;
    private long wallStopped;

    /**
     * @param offset from the true time, in nanoseconds
     * @param rate how fast they run; 1 is right
     */
    ProcessClock(EventQueue queue, long offset, int rate) {
        this.queue = queue;
        this.offset = offset;
        this.rate = rate;
    }

    @Override
    public long nanos() {
        return (queue.now() - monotonicStopped) * rate + offset;
    }

    @Override
    public long epochMillis() {
        return START.toEpochMilli() + ((queue.now() - wallStopped) * rate + offset) / 1_000_000;
    }

    /** The monotonic clock did not go on for so long. */
    void monotonicStopped(Duration length) {
        monotonicStopped += length.toNanos();
    }

    /** The wall clock did not go on for so long. */
    void wallStopped(Duration length) {
        wallStopped += length.toNanos();
    }

    /** Somebody sets the wall clock. */
    void step(Duration length, boolean forward) {
        wallStopped += forward ? -length.toNanos() : length.toNanos();
    }

    /** Returns how long this clock takes for so much of its own time, in nanoseconds. */
    long trueNanos(long own) {
        return Math.ceilDiv(own, (long) rate);
    }
}
