package dev.tokensidecar.oauth2.http;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.codec.BodyCodec;
import io.vertx.ext.web.codec.spi.BodyStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads a body up to a limit and fails beyond it. The Web Client's own codecs have no limit. */
final class BoundedBody implements BodyCodec<String> {

    private final int maxBytes;

    BoundedBody(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public void create(Handler<AsyncResult<BodyStream<String>>> handler) {
        handler.handle(Future.succeededFuture(new Collector(maxBytes)));
    }

    /** The body exceeds the limit. */
    static final class TooLarge extends RuntimeException {
        TooLarge(int maxBytes) {
            super("more than " + maxBytes + " bytes", null, false, false);
        }
    }

    private static final class Collector implements BodyStream<String> {

        private final int maxBytes;
        private final Buffer collected = Buffer.buffer();
        private final Promise<String> result = Promise.promise();

        Collector(int maxBytes) {
            this.maxBytes = maxBytes;
        }

        @Override
        public Future<Void> write(Buffer data) {
            if (collected.length() + data.length() > maxBytes) {
                return Future.failedFuture(new TooLarge(maxBytes));
            }
            collected.appendBuffer(data);
            return Future.succeededFuture();
        }

        @Override
        public void write(Buffer data, Handler<AsyncResult<Void>> handler) {
            handler.handle(write(data));
        }

        @Override
        public void end(Handler<AsyncResult<Void>> handler) {
            result.tryComplete(collected.toString(StandardCharsets.UTF_8));
            handler.handle(Future.succeededFuture());
        }

        @Override
        public Future<String> result() {
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
