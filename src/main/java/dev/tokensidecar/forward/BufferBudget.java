package dev.tokensidecar.forward;

import java.util.LinkedHashSet;
import java.util.SequencedSet;

/**
 * The memory that all requests share for what has to be held: bodies for a second attempt, answers that are judged first,
 * long heads, answers on HTTP/2 streams whose callers do not read. What streams through has a small fixed share per request
 * ({@link BodyPipe}). Used on one event loop.
 */
public final class BufferBudget {

    private final SequencedSet<Share> stalled = new LinkedHashSet<>();
    private long left;

    /** @param bytes for all requests together */
    public BufferBudget(long bytes) {
        this.left = bytes;
    }

    /** @param breakOff ends the request, and closes its share, because another one needs the memory */
    Share share(Runnable breakOff) {
        return new Share(breakOff);
    }

    /** What one request has of it. */
    final class Share {

        private final Runnable breakOff;
        private long taken;
        private boolean closed;

        private Share(Runnable breakOff) {
            this.breakOff = breakOff;
        }

        /** Takes so many more bytes, if there are as many. */
        boolean take(long bytes) {
            if (closed || bytes > left) {
                return false;
            }
            left -= bytes;
            taken += bytes;
            return true;
        }

        void giveBack(long bytes) {
            long back = Math.min(bytes, taken);
            left += back;
            taken -= back;
        }

        /**
         * Takes memory for a caller who does not read; if there is none left, from the one who has not read for longest.
         *
         * @return false if there is not enough even so
         */
        boolean stall(long bytes) {
            while (bytes > left && !stalled.isEmpty()) {
                stalled.removeFirst().breakOff.run();
            }
            return take(bytes) && stalled.add(this);
        }

        /** The caller reads again. */
        void goOn(long bytes) {
            if (stalled.remove(this)) {
                giveBack(bytes);
            }
        }

        /** Gives everything back, for good. */
        void close() {
            closed = true;
            stalled.remove(this);
            giveBack(taken);
        }
    }
}
