package dev.tokensidecar.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

class BodyPipeTest {

    private static final Buffer QUARTER = Buffer.buffer(new byte[BodyPipe.HIGH_WATER_BYTES / 4]);

    private final SlowSink sink = new SlowSink();
    private final Source source = new Source();
    private final BodyPipe pipe = new BodyPipe(source, sink::write, () -> {});

    private static final class Source implements BodyPipe.Source {

        private boolean paused;

        @Override
        public void pause() {
            paused = true;
        }

        @Override
        public void resume() {
            paused = false;
        }
    }

    /** Writes a part only when the test says so. */
    private static final class SlowSink {

        private final Deque<Promise<Void>> unsent = new ArrayDeque<>();

        void writeOne() {
            unsent.removeFirst().complete();
        }

        void failOne() {
            unsent.removeFirst().fail("connection lost");
        }

        Future<Void> write(Buffer part) {
            Promise<Void> written = Promise.promise();
            unsent.addLast(written);
            return written.future();
        }
    }

    private void write(int parts) {
        for (int part = 0; part < parts; part++) {
            pipe.write(QUARTER);
        }
    }

    @Test
    void pausesTheSourceAboveTheHighWaterMark() {
        write(4);
        assertThat(source.paused).isFalse();

        write(1);
        assertThat(source.paused).isTrue();
        assertThat(pipe.isPaused()).isTrue();
    }

    @Test
    void resumesTheSourceAtTheLowWaterMark() {
        write(5);
        sink.writeOne();
        sink.writeOne();
        assertThat(source.paused).isTrue();

        sink.writeOne();
        assertThat(source.paused).isFalse();
    }

    @Test
    void aFailedWriteCountsAsSent() {
        write(5);
        for (int part = 0; part < 5; part++) {
            sink.failOne();
        }
        assertThat(source.paused).isFalse();
    }

    @Test
    void detachResumesTheSourceForGood() {
        write(5);

        pipe.detach();
        assertThat(source.paused).isFalse();
        write(5);
        assertThat(source.paused).isFalse();
    }
}
