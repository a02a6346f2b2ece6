package dev.tokensidecar.fleet;

import dev.tokensidecar.testing.time.SingleTimers;
import java.util.concurrent.Future;

/** The timers of one process, which follow its monotonic clock. */
final class ProcessTimers extends SingleTimers {

    private final SimulatedProcess process;

    ProcessTimers(SimulatedProcess process) {
        this.process = process;
    }

    @Override
    public long nanos() {
        return process.clock().nanos();
    }

    @Override
    protected void add(Timer<?> timer) {
        process.later(process.clock().trueNanos(timer.due() - nanos()), () -> fire(timer));
    }

    @Override
    protected void remove(Timer<?> timer) {
        // the simulation keeps it, and it does nothing
    }

    @Override
    public void execute(Runnable command) {
        process.later(0, command);
    }

    /** Waits on if the clock of the process has stopped meanwhile. */
    private void fire(Timer<?> timer) {
        if (timer.isCancelled()) {
            return;
        }
        if (timer.due() > nanos()) {
            add(timer);
            return;
        }
        timer.run();
        if (timer.state() == Future.State.FAILED) {
            throw new AssertionError("a timer of the core fails", timer.exceptionNow());
        }
    }
}
