package dev.tokensidecar.token;

import dev.tokensidecar.app.SystemTime;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.util.Collections;
import java.util.Random;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Measures callers that join and leave a flight while others wait, and callers that wait for its result. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class WaitersBench {

    private static final int NO_LIMIT = Integer.MAX_VALUE;
    private static final CallerRequest REQUEST =
            new CallerRequest(TokenRequest.any(Duration.ofMinutes(10)), Core.CALLER, new SystemTime().now());
    private static final TokenException FAILURE = new TokenException.RejectedAgain(Duration.ZERO);

    @Param({"1", "1000", "100000"})
    private int waiting;

    private final ScheduledThreadPoolExecutor timers = timers();
    private final Waiters waiters = waiters();
    private Flight flight = flight();
    private Uni<AccessToken> memoized = memoized();

    /** Configured as in the application. */
    private static ScheduledThreadPoolExecutor timers() {
        ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1);
        timers.setRemoveOnCancelPolicy(true);
        return timers;
    }

    private Waiters waiters() {
        SystemTime time = new SystemTime();
        TokenRuntime runtime = new TokenRuntime(time, new Random(1), timers, Runnable::run);
        TokenState idle = new TokenState.Idle(TokenSnapshot.EMPTY);
        CallerResults results = new CallerResults(() -> idle, Duration.ZERO, time, new TokenListener() {});
        return new Waiters(NO_LIMIT, connections -> Collections.nCopies(connections.size(), ""), runtime, results);
    }

    private static Flight flight() {
        return new Flight(RefreshReason.EXPIRED, REQUEST.since(), RefreshObserver.NONE);
    }

    private static Uni<AccessToken> memoized() {
        return Uni.createFrom().<AccessToken>emitter(never -> {}).memoize().indefinitely();
    }

    private Cancellable attach() {
        return waiters.await(flight, REQUEST).subscribe().with(token -> {}, failure -> {});
    }

    private Cancellable attachToMemoized() {
        return memoized.subscribe().with(token -> {}, failure -> {});
    }

    @Setup
    public void addWaiters() {
        for (int other = 0; other < waiting; other++) {
            var own = attach();
            var mutiny = attachToMemoized();
        }
    }

    @TearDown
    public void end() {
        endFlight();
        timers.shutdownNow();
    }

    private void endFlight() {
        Flight ended = flight;
        flight = flight();
        ended.fail(FAILURE);
    }

    /** One caller joins and leaves while others wait. */
    @Benchmark
    public void joinAndLeave() {
        attach().cancel();
    }

    /** One caller joins and leaves {@code Uni.memoize()}, which searches its whole queue for each caller that leaves. */
    @Benchmark
    public void joinAndLeaveMemoized() {
        attachToMemoized().cancel();
    }

    /** All callers join, and all get the result. The time is the total. */
    @Benchmark
    public void herd() {
        endFlight();
        for (int caller = 0; caller < waiting; caller++) {
            var unused = attach();
        }
        endFlight();
    }
}
