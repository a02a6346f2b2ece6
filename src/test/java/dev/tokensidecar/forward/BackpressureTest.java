package dev.tokensidecar.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BackpressureTest {

    private static final Buffer QUARTER = Buffer.buffer(new byte[BodyPipe.MOST / 4]);

    private final Slow slow = new Slow();
    private final Source source = new Source();
    private final BodyPipe flow = new BodyPipe(source, slow, () -> {});

    private static final class Source implements BodyPipe.Source {

        private boolean stopped;

        @Override
        public void stop() {
            stopped = true;
        }

        @Override
        public void goOn() {
            stopped = false;
        }
    }

    /** Writes one part each time it is told to. */
    private static final class Slow implements WriteStream<Buffer> {

        private final Deque<Promise<Void>> unsent = new ArrayDeque<>();

        void writeOne() {
            unsent.removeFirst().complete();
        }

        void breakOff() {
            unsent.removeFirst().fail("broken off");
        }

        @Override
        public Future<Void> write(Buffer part) {
            Promise<Void> written = Promise.promise();
            unsent.addLast(written);
            return written.future();
        }

        @Override
        public void write(Buffer part, Handler<AsyncResult<Void>> handler) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void end(Handler<AsyncResult<Void>> handler) {
            throw new UnsupportedOperationException();
        }

        @Override
        public WriteStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
            return this;
        }

        @Override
        public WriteStream<Buffer> setWriteQueueMaxSize(int size) {
            return this;
        }

        @Override
        public boolean writeQueueFull() {
            return false;
        }

        @Override
        public WriteStream<Buffer> drainHandler(@Nullable Handler<Void> handler) {
            return this;
        }
    }

    private void pass(int parts) {
        for (int part = 0; part < parts; part++) {
            flow.pass(QUARTER);
        }
    }

    @Test
    void theSourceStopsWhenTooMuchIsUnsent() {
        pass(4);
        assertThat(source.stopped).isFalse();

        pass(1);
        assertThat(source.stopped).isTrue();
        assertThat(flow.isStopped()).isTrue();
    }

    @Test
    void itGoesOnWhenHalfOfItIsSent() {
        pass(5);
        slow.writeOne();
        slow.writeOne();
        assertThat(source.stopped).isTrue();

        slow.writeOne();
        assertThat(source.stopped).isFalse();
    }

    @Test
    void whatCannotBeSentIsNotWaitedFor() {
        pass(5);
        for (int part = 0; part < 5; part++) {
            slow.breakOff();
        }
        assertThat(source.stopped).isFalse();
    }

    @Test
    void atItsEndTheSourceIsLeftRunning() {
        pass(5);

        flow.end();
        assertThat(source.stopped).isFalse();
        pass(5);
        assertThat(source.stopped).isFalse();
    }
}
