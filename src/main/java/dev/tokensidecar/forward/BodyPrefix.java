package dev.tokensidecar.forward;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.function.Predicate;

/**
 * The beginning of an answer's body.
 *
 * @param whole whether it is all of it
 * @param reserved bytes that were taken for it
 */
record BodyPrefix(Buffer body, boolean whole, int reserved) {

    static final BodyPrefix NOTHING = new BodyPrefix(Buffer.buffer(0), false, 0);

    private static final int MOST = 64 * 1024;

    /** Reads an answer that is paused, as far as there is memory for it; it is stopped if there is more to it. */
    static Future<BodyPrefix> into(UpstreamResponse answer, BufferBudget.Share memory, Runnable progress) {
        String length = answer.response().getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null
                ? into(answer, Buffer.buffer(), memory, progress)
                : into(answer, Long.parseLong(length), memory, progress);
    }

    /** Part of it would be of no use. */
    private static Future<BodyPrefix> into(UpstreamResponse answer, long length, BufferBudget.Share memory, Runnable progress) {
        if (length > MOST || !memory.take(length)) {
            answer.stop();
            return Future.succeededFuture(NOTHING);
        }
        int reserved = (int) length;
        return read(answer, Buffer.buffer(reserved), progress, part -> true)
                .map(body -> new BodyPrefix(body, true, reserved));
    }

    private static Future<BodyPrefix> into(UpstreamResponse answer, Buffer body, BufferBudget.Share memory, Runnable progress) {
        int[] reserved = {0};
        boolean[] whole = {true};
        return read(answer, body, progress, part -> {
                    if (body.length() <= MOST && memory.take(part.length())) {
                        reserved[0] += part.length();
                    } else {
                        whole[0] = false;
                    }
                    return whole[0];
                })
                .map(read -> new BodyPrefix(read, whole[0], reserved[0]));
    }

    /** @param goesOn whether to read on after a part */
    private static Future<Buffer> read(UpstreamResponse answer, Buffer body, Runnable progress, Predicate<Buffer> goesOn) {
        Promise<Buffer> result = Promise.promise();
        var unused = answer.response()
                .handler(part -> {
                    progress.run();
                    body.appendBuffer(part);
                    if (!goesOn.test(part)) {
                        answer.stop();
                        result.tryComplete(body);
                    }
                })
                .endHandler(end -> result.tryComplete(body))
                .exceptionHandler(result::tryFail);
        answer.goOn();
        return result.future();
    }
}
