package dev.tokensidecar.forward;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;

/**
 * The beginning of an answer's body.
 *
 * @param whole whether it is all of it
 */
record Peek(Buffer body, boolean whole) {

    static final Peek NOTHING = new Peek(Buffer.buffer(0), false);

    private static final int MOST = 64 * 1024;

    /** Reads an answer that is paused; it is paused again if there is more to it. */
    static Future<Peek> into(HttpClientResponse answer, Runnable progress) {
        Promise<Peek> result = Promise.promise();
        Buffer body = Buffer.buffer();
        var unused = answer.handler(part -> {
                    progress.run();
                    body.appendBuffer(part);
                    if (body.length() > MOST) {
                        answer.pause();
                        result.tryComplete(new Peek(body, false));
                    }
                })
                .endHandler(end -> result.tryComplete(new Peek(body, true)))
                .exceptionHandler(result::tryFail)
                .resume();
        return result.future();
    }
}
