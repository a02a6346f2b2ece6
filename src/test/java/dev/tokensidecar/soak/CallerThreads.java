package dev.tokensidecar.soak;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Threads that call again and again, with short random pauses, until they are closed. */
final class CallerThreads implements AutoCloseable {

    /** What a thread does each time. */
    interface Call {
        void run(Random random) throws IOException, InterruptedException;
    }

    private final AtomicBoolean stopped = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();
    private final Duration maxPause;
    private final Consumer<IOException> failures;

    /** @param failures hears of calls that got no response */
    CallerThreads(Duration maxPause, Consumer<IOException> failures) {
        this.maxPause = maxPause;
        this.failures = failures;
    }

    /** Starts this many threads, each with a random generator of its own. */
    void start(int number, long seed, Call call) {
        for (int thread = 0; thread < number; thread++) {
            Random random = new Random(seed + thread);
            threads.add(Thread.ofVirtual().start(() -> repeat(call, random)));
        }
    }

    private void repeat(Call call, Random random) {
        while (!stopped.get()) {
            LockSupport.parkNanos(random.nextLong(maxPause.toNanos()));
            try {
                call.run(random);
            } catch (IOException e) {
                failures.accept(e);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Waits for the last responses. */
    @Override
    public void close() {
        stopped.set(true);
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
