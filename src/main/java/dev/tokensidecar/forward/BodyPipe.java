package dev.tokensidecar.forward;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.function.Function;

/** Copies a body from one connection to another, and pauses the source while too many bytes are unsent. */
final class BodyPipe {

    /** Above this many unsent bytes the pipe pauses the source. Bytes that the source has already read come on top. */
    static final int HIGH_WATER_BYTES = 16 * 1024;

    private static final int LOW_WATER_BYTES = HIGH_WATER_BYTES / 2;

    /** The reading side of a pipe. */
    interface Source {
        void pause();

        void resume();
    }

    private final Source source;
    private final Function<Buffer, Future<Void>> sink;
    private final Runnable onProgress;
    private int unsentBytes;
    private boolean paused;
    private boolean detached;

    /**
     * @param sink sends a part; its future completes when the part is sent
     * @param onProgress runs whenever the sink has sent something
     */
    BodyPipe(Source source, Function<Buffer, Future<Void>> sink, Runnable onProgress) {
        this.source = source;
        this.sink = sink;
        this.onProgress = onProgress;
    }

    void write(Buffer part) {
        int length = part.length();
        unsentBytes += length;
        var unused = sink.apply(part).onComplete(written -> sent(length));
        if (unsentBytes > HIGH_WATER_BYTES && !paused && !detached) {
            paused = true;
            source.pause();
        }
    }

    private void sent(int length) {
        unsentBytes -= length;
        onProgress.run();
        if (unsentBytes <= LOW_WATER_BYTES) {
            resume();
        }
    }

    /** Whether the pipe has paused its source. */
    boolean isPaused() {
        return paused;
    }

    /** Detaches the pipe from its source: resumes the source, and never pauses it again. */
    void detach() {
        detached = true;
        resume();
    }

    private void resume() {
        if (paused) {
            paused = false;
            source.resume();
        }
    }
}
