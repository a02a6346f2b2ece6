package dev.tokensidecar.forward;

import java.util.LinkedHashSet;
import java.util.SequencedSet;

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

    private final SequencedSet<Share> stalled = new LinkedHashSet<>();
    private long available;

    /** @param bytes for all requests together */
    public BufferBudget(long bytes) {
        this.available = bytes;
    }

    /** @param abort ends the request and closes its share, because another request needs the memory */
    Share share(Runnable abort) {
        return new Share(abort);
    }

    /** The part of the budget that one request has reserved. */
    final class Share {

        private final Runnable abort;
        private long reserved;
        private boolean closed;

        private Share(Runnable abort) {
            this.abort = abort;
        }

        /** Reserves more bytes. Returns false, and reserves nothing, if the budget has fewer left. */
        boolean reserve(long bytes) {
            if (closed || bytes > available) {
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
         * Reserves bytes for a stalled caller, which does not read its response. If the budget has too few left, aborts
         * the requests that have been stalled for longest.
         *
         * @return false if the budget has too few bytes nevertheless
         */
        boolean reserveStalled(long bytes) {
            while (bytes > available && !stalled.isEmpty()) {
                stalled.removeFirst().abort.run();
            }
            return reserve(bytes) && stalled.add(this);
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
