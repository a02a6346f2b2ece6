package dev.tokensidecar.forward;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;

/** Writes what comes from one connection to another, and stops reading while too much of it is unsent. */
final class BodyPipe {

    /** Beyond this many unsent bytes the source is stopped; what it has read already comes on top. */
    static final int MOST = 16 * 1024;

    private static final int LOW = MOST / 2;

    /** Where the bytes come from. */
    interface Source {
        void stop();

        void goOn();
    }

    private final Source from;
    private final WriteStream<Buffer> to;
    private final Runnable progress;
    private int unsent;
    private boolean stopped;
    private boolean over;

    /** @param progress is told whenever something was sent */
    BodyPipe(Source from, WriteStream<Buffer> to, Runnable progress) {
        this.from = from;
        this.to = to;
        this.progress = progress;
    }

    void pass(Buffer part) {
        int length = part.length();
        unsent += length;
        var unused = to.write(part).onComplete(written -> sent(length));
        if (unsent > MOST && !stopped && !over) {
            stopped = true;
            from.stop();
        }
    }

    private void sent(int length) {
        unsent -= length;
        progress.run();
        if (unsent <= LOW) {
            goOn();
        }
    }

    /** Whether the source has to wait. */
    boolean isStopped() {
        return stopped;
    }

    /** Leaves the source to somebody else. */
    void end() {
        over = true;
        goOn();
    }

    private void goOn() {
        if (stopped) {
            stopped = false;
            from.goOn();
        }
    }
}
