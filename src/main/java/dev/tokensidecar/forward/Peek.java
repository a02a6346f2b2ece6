package dev.tokensidecar.forward;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;

/**
 * The beginning of an answer's body.
 *
 * @param whole whether it is all of it
 * @param reserved bytes that were taken for it
 */
record Peek(Buffer body, boolean whole, int reserved) {

    static final Peek NOTHING = new Peek(Buffer.buffer(0), false, 0);

    private static final int MOST = 64 * 1024;

    /** Reads an answer that is stopped, as far as there is memory for it; it is stopped again if there is more to it. */
    static Future<Peek> into(Answer answer, BufferBudget.Share memory, Runnable progress) {
        Promise<Peek> result = Promise.promise();
        Buffer body = Buffer.buffer();
        int[] reserved = {0};
        var unused = answer.response()
                .handler(part -> {
                    progress.run();
                    body.appendBuffer(part);
                    if (body.length() <= MOST && memory.take(part.length())) {
                        reserved[0] += part.length();
                    } else {
                        answer.stop();
                        result.tryComplete(new Peek(body, false, reserved[0]));
                    }
                })
                .endHandler(end -> result.tryComplete(new Peek(body, true, reserved[0])))
                .exceptionHandler(result::tryFail);
        answer.goOn();
        return result.future();
    }
}
