package dev.tokensidecar.oauth2.http;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.codec.BodyCodec;
import io.vertx.ext.web.codec.spi.BodyStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads one body up to a limit and fails beyond it. The Web Client's own codecs have no limit, and forget what they have read
 * if the body breaks off.
 */
final class BoundedBody implements BodyCodec<Buffer> {

    private final int maxBytes;
    private final Buffer collected = Buffer.buffer();

    BoundedBody(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public void create(Handler<AsyncResult<BodyStream<Buffer>>> handler) {
        handler.handle(Future.succeededFuture(new Collector()));
    }

    /** Returns what has arrived so far, up to the limit. */
    Buffer collected() {
        return collected;
    }

    /** The body exceeds the limit. */
    static final class TooLarge extends RuntimeException {
        private final int maxBytes;

        TooLarge(int maxBytes) {
            super("more than " + maxBytes + " bytes", null, false, false);
            this.maxBytes = maxBytes;
        }

        int maxBytes() {
            return maxBytes;
        }
    }

    private final class Collector implements BodyStream<Buffer> {

        private final Promise<Buffer> result = Promise.promise();

        @Override
        public Future<Void> write(Buffer data) {
            int left = maxBytes - collected.length();
            collected.appendBuffer(data, 0, Math.min(left, data.length()));
            return data.length() > left ? Future.failedFuture(new TooLarge(maxBytes)) : Future.succeededFuture();
        }

        @Override
        public void write(Buffer data, Handler<AsyncResult<Void>> handler) {
            handler.handle(write(data));
        }

        @Override
        public void end(Handler<AsyncResult<Void>> handler) {
            result.tryComplete(collected);
            handler.handle(Future.succeededFuture());
        }

        @Override
        public Future<Buffer> result() {
            return result.future();
        }

        @Override
        public void handle(Throwable failure) {
            result.tryFail(failure);
        }

        @Override
        public boolean writeQueueFull() {
            return false;
        }

        @Override
        public Collector setWriteQueueMaxSize(int maxSize) {
            return this;
        }

        @Override
        public Collector exceptionHandler(@Nullable Handler<Throwable> handler) {
            return this;
        }

        @Override
        public Collector drainHandler(@Nullable Handler<Void> handler) {
            return this;
        }
    }
}
