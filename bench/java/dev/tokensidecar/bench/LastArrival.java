package dev.tokensidecar.bench;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Waits until something has happened in each of several pods. */
final class LastArrival {

    private static final long TIMEOUT_SECONDS = 30;

    private final CountDownLatch missing;
    private final AtomicLong last = new AtomicLong(Long.MIN_VALUE);

    LastArrival(int expected) {
        missing = new CountDownLatch(expected);
    }

    /** It has happened in one of the pods. */
    void arrived() {
        last.accumulateAndGet(System.nanoTime(), Math::max);
        missing.countDown();
    }

    /** Waits for the last pod, and returns its time. */
    long nanosSince(long begin) throws IOException, InterruptedException {
        if (!missing.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException(missing.getCount() + " pods are missing");
        }
        return last.get() - begin;
    }
}
