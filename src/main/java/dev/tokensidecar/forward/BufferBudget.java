package dev.tokensidecar.forward;

import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Limits the memory that all requests together may use for buffers:
 *
 * <ul>
 *   <li>request bodies for a second attempt
 *   <li>response bodies that the sidecar examines before it relays them
 *   <li>long heads
 *   <li>responses on HTTP/2 streams whose callers do not read
 * </ul>
 *
 * <p>Streamed bytes do not count: they take a small fixed amount per request ({@link BodyPipe}). Used on one event
 * loop.
 */
public final class BufferBudget {

    /** Callers that read all the time let their responses wait for less. */
    private static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final SequencedSet<Share> stalled = new LinkedHashSet<>();
    private final long overdraft;
    private final LongSupplier nanos;
    private long available;

    /**
     * @param bytes for all requests together
     * @param nanos the monotonic clock
     */
    public BufferBudget(long bytes, LongSupplier nanos) {
        this.available = bytes;
        this.overdraft = bytes;
        this.nanos = nanos;
    }

    /** @param abort ends the request and closes its share, because another request needs the memory */
    Share share(Runnable abort) {
        return new Share(abort);
    }

    /** The part of the budget that one request has reserved. */
    final class Share {

        private final Runnable abort;
        private long reserved;
        private long stalledSince;
        private boolean closed;

        private Share(Runnable abort) {
            this.abort = abort;
        }

        /** Reserves more bytes. Returns false, and reserves nothing, if the budget has fewer left. */
        boolean reserve(long bytes) {
            if (closed || (bytes > 0 && bytes > available)) {
                return false;
            }
            available -= bytes;
            reserved += bytes;
            return true;
        }

        void release(long bytes) {
            long released = Math.min(bytes, reserved);
            available += released;
            reserved -= released;
        }

        /**
         * Reserves bytes for a caller that does not read its response now. If the budget has too few left, aborts the
         * requests that have been stalled for longest, unless that is only a moment ago. Then the budget may be overdrawn, by
         * as much again.
         *
         * @return false if even that is used up
         */
        boolean reserveStalled(long bytes) {
            long now = nanos.getAsLong();
            while (bytes > available && !stalled.isEmpty() && now - stalled.getFirst().stalledSince >= STALLED_NANOS) {
                stalled.removeFirst().abort.run();
            }
            if (closed || available < bytes - overdraft) {
                return false;
            }
            available -= bytes;
            reserved += bytes;
            stalledSince = now;
            return stalled.add(this);
        }

        /** Releases the bytes of a stalled caller that reads again. */
        void releaseStalled(long bytes) {
            if (stalled.remove(this)) {
                release(bytes);
            }
        }

        /** Releases everything. The share cannot reserve again. */
        void close() {
            closed = true;
            stalled.remove(this);
            release(reserved);
        }
    }
}
