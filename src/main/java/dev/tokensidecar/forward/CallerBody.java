package dev.tokensidecar.forward;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** The body of a caller's request: passed on as it comes, and kept while it is small, in case it is needed again. */
final class CallerBody {

    private final HttpServerRequest request;
    private final KeptBytes budget;
    private final int limit;
    private final Runnable progress;
    private @Nullable Buffer kept = Buffer.buffer(0);
    private @Nullable HttpClientRequest out;
    private @Nullable Promise<Boolean> whole;
    private boolean begun;
    private boolean ended;

    /**
     * Takes the body of a request that is paused.
     *
     * @param limit bytes that may be kept of it
     * @param progress is told whenever something of it arrives
     */
    CallerBody(HttpServerRequest request, int limit, KeptBytes budget, Runnable progress) {
        this.request = request;
        this.limit = limit;
        this.budget = budget;
        this.progress = progress;
        if (isAbsent(request)) {
            ended = true;
            var unused = request.resume();
        } else {
            var unused = request.handler(this::arrived).endHandler(end -> ended());
        }
    }

    /** RFC 9112 section 6.3: a request without these two has no body. */
    private static boolean isAbsent(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return !request.headers().contains(HttpHeaders.TRANSFER_ENCODING) && (length == null || length.equals("0"));
    }

    /** Whether nothing of it was asked for yet. */
    boolean isUntouched() {
        return !begun;
    }

    boolean isEnded() {
        return ended;
    }

    /** Whether all of it has come, and can be sent again. */
    boolean isKept() {
        return ended && kept != null;
    }

    /** Sends what has come so far, and then what comes. */
    void sendTo(HttpClientRequest next) {
        begun = true;
        out = next;
        Buffer before = kept == null ? Buffer.buffer(0) : kept;
        if (ended) {
            end(next, before);
            return;
        }
        if (before.length() > 0) {
            var unused = next.write(before.copy());
        }
        var unused = request.resume();
    }

    private static void end(HttpClientRequest to, Buffer last) {
        var unused = last.length() == 0 ? to.end() : to.end(last.copy());
    }

    /**
     * Sends no more of it to anybody, and reads on.
     *
     * @return whether it can be sent again; known when it has come as a whole, or has become too long
     */
    Future<Boolean> whole() {
        out = null;
        if (kept == null || ended) {
            return Future.succeededFuture(kept != null);
        }
        whole = Promise.promise();
        begun = true;
        var unused = request.resume();
        return whole.future();
    }

    /** Reads what is left of it for nobody, so that the connection can be used again. */
    void discard() {
        out = null;
        forget();
        var unused = request.resume();
    }

    private void arrived(Buffer part) {
        progress.run();
        keep(part);
        HttpClientRequest to = out;
        if (to == null) {
            return;
        }
        var unused = to.write(part);
        if (to.writeQueueFull()) {
            request.pause();
            to.drainHandler(drained -> {
                progress.run();
                request.resume();
            });
        }
    }

    private void keep(Buffer part) {
        if (kept == null) {
            return;
        }
        if (kept.length() + part.length() > limit || !budget.take(part.length())) {
            forget();
        } else {
            var unused = kept.appendBuffer(part);
        }
    }

    private void forget() {
        if (kept != null) {
            budget.giveBack(kept.length());
            kept = null;
        }
        if (whole != null) {
            whole.tryComplete(false);
        }
    }

    private void ended() {
        ended = true;
        progress.run();
        if (out != null) {
            end(out, Buffer.buffer(0));
        }
        if (whole != null) {
            whole.tryComplete(kept != null);
        }
    }
}
