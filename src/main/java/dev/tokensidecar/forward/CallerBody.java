package dev.tokensidecar.forward;

import dev.tokensidecar.egress.SocketReads;
import dev.tokensidecar.ingress.UnreadBody;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** The body of a caller's request: passed on as it comes, and kept while it is small, in case it is needed again. */
final class CallerBody implements Flow.Source {

    private final HttpServerRequest request;
    private final BufferBudget.Share memory;
    private final int limit;
    private final Runnable progress;
    private @Nullable Buffer kept = Buffer.buffer(0);
    private @Nullable HttpClientRequest out;
    private @Nullable Flow flow;
    private @Nullable Promise<Boolean> whole;
    private long received;
    private boolean begun;
    private boolean ended;

    /**
     * Takes the body of a request that is paused.
     *
     * @param limit bytes that may be kept of it
     * @param progress is told whenever something of it arrives, or is sent
     */
    CallerBody(HttpServerRequest request, int limit, BufferBudget.Share memory, Runnable progress) {
        this.request = request;
        this.limit = limit;
        this.memory = memory;
        this.progress = progress;
        if (!UnreadBody.isAnnounced(request)) {
            ended = true;
            var unused = request.resume();
        } else {
            SocketReads.limit(request.connection());
            SocketReads.stop(request.connection());
            var unused = request.handler(this::arrived).endHandler(end -> ended());
        }
    }

    /** Whether nothing of it was asked for yet. */
    boolean isUntouched() {
        return !begun;
    }

    boolean isEnded() {
        return ended;
    }

    /** Whether the caller sends it unasked, and it is short enough to be kept. */
    boolean isShort() {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return !ended
                && length != null
                && !request.headers().contains(HttpHeaders.EXPECT)
                && Long.parseLong(length) <= limit;
    }

    /** Whether all of it has come, and can be sent again. */
    boolean isKept() {
        return ended && kept != null;
    }

    /** Whether the caller is to send more of it now. */
    boolean isAwaited() {
        return begun && !ended && (flow == null || !flow.isStopped());
    }

    /** How many bytes of it have come. */
    long received() {
        return received;
    }

    /** Sends what has come so far, and then what comes. */
    void sendTo(HttpClientRequest next) {
        begun = true;
        endFlow();
        Buffer before = kept == null ? Buffer.buffer(0) : kept;
        if (ended) {
            end(next, before);
            return;
        }
        out = next;
        flow = new Flow(this, next, progress);
        if (before.length() > 0) {
            flow.pass(before.copy());
        }
        if (!flow.isStopped()) {
            goOn();
        }
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
        endFlow();
        if (kept == null || ended) {
            return Future.succeededFuture(kept != null);
        }
        whole = Promise.promise();
        begun = true;
        goOn();
        return whole.future();
    }

    /** Reads what is left of it for nobody, so that the connection can be used again. */
    void discard() {
        endFlow();
        forget();
        goOn();
    }

    @Override
    public void stop() {
        if (!ended) {
            var unused = request.pause();
            SocketReads.stop(request.connection());
        }
    }

    @Override
    public void goOn() {
        SocketReads.goOn(request.connection());
        var unused = request.resume();
    }

    private void endFlow() {
        out = null;
        if (flow != null) {
            flow.end();
            flow = null;
        }
    }

    private void arrived(Buffer part) {
        progress.run();
        received += part.length();
        keep(part);
        if (flow != null) {
            flow.pass(part);
        }
    }

    private void keep(Buffer part) {
        if (kept == null) {
            return;
        }
        if (kept.length() + part.length() > limit || !memory.take(part.length())) {
            forget();
        } else {
            var unused = kept.appendBuffer(part);
        }
    }

    private void forget() {
        if (kept != null) {
            memory.giveBack(kept.length());
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
