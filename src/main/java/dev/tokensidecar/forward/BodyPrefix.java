package dev.tokensidecar.forward;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.function.Predicate;

/**
 * The beginning of a response body, read ahead so that the sidecar can examine it.
 *
 * @param complete whether it is the whole body
 * @param reservedBytes the bytes that were reserved for it in the budget
 */
record BodyPrefix(Buffer body, boolean complete, int reservedBytes) {

    static final BodyPrefix EMPTY = new BodyPrefix(Buffer.buffer(0), false, 0);

    private static final int MAX_BYTES = 64 * 1024;

    /**
     * Reads a paused response until its body begins or ends, or until the time is up, and pauses it unless it has ended.
     *
     * @param millis the time
     */
    static Future<BodyPrefix> readStart(
            UpstreamResponse response, BufferBudget.Share budget, Runnable onProgress, Vertx vertx, long millis) {
        Promise<Buffer> result = Promise.promise();
        boolean[] complete = {true};
        long timer = vertx.setTimer(millis, late -> {
            if (!result.future().isComplete()) {
                complete[0] = false;
                response.pause();
                result.complete(Buffer.buffer());
            }
        });
        read(response, result, Buffer.buffer(), onProgress, part -> {
            complete[0] = false;
            return false;
        });
        return result.future().map(body -> {
            vertx.cancelTimer(timer);
            int reservedBytes = budget.reserve(body.length()) ? body.length() : 0;
            return new BodyPrefix(body, complete[0], reservedBytes);
        });
    }

    /** Reads the body of a paused response as far as the budget allows, and pauses the response if more follows. */
    static Future<BodyPrefix> read(UpstreamResponse response, BufferBudget.Share budget, Runnable onProgress) {
        String length = response.upstream().getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null
                ? readUnknownLength(response, budget, onProgress)
                : readKnownLength(response, Long.parseLong(length), budget, onProgress);
    }

    /** Reads the whole body or nothing: a part of it would be of no use. */
    private static Future<BodyPrefix> readKnownLength(
            UpstreamResponse response, long length, BufferBudget.Share budget, Runnable onProgress) {
        if (length > MAX_BYTES || !budget.reserve(length)) {
            response.pause();
            return Future.succeededFuture(EMPTY);
        }
        int reservedBytes = (int) length;
        Promise<Buffer> result = Promise.promise();
        read(response, result, Buffer.buffer(reservedBytes), onProgress, part -> true);
        return result.future().map(body -> new BodyPrefix(body, true, reservedBytes));
    }

    private static Future<BodyPrefix> readUnknownLength(
            UpstreamResponse response, BufferBudget.Share budget, Runnable onProgress) {
        Buffer buffer = Buffer.buffer();
        Promise<Buffer> result = Promise.promise();
        int[] reservedBytes = {0};
        boolean[] complete = {true};
        read(response, result, buffer, onProgress, part -> {
            if (buffer.length() <= MAX_BYTES && budget.reserve(part.length())) {
                reservedBytes[0] += part.length();
            } else {
                complete[0] = false;
            }
            return complete[0];
        });
        return result.future().map(body -> new BodyPrefix(body, complete[0], reservedBytes[0]));
    }

    /** @param readsOn whether to continue after a part */
    private static void read(
            UpstreamResponse response,
            Promise<Buffer> result,
            Buffer buffer,
            Runnable onProgress,
            Predicate<Buffer> readsOn) {
        var unused = response.upstream()
                .handler(part -> {
                    onProgress.run();
                    buffer.appendBuffer(part);
                    if (!readsOn.test(part)) {
                        response.pause();
                        result.tryComplete(buffer);
                    }
                })
                .endHandler(end -> result.tryComplete(buffer))
                .exceptionHandler(result::tryFail);
        response.resume();
    }
}
