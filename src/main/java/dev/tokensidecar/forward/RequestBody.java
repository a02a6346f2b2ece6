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

/** Forwards the body of a caller's request as it arrives, and keeps a copy of a small one for a second attempt. */
final class RequestBody implements BodyPipe.Source {

    private final HttpServerRequest request;
    private final BufferBudget.Share budget;
    private final int maxCopyBytes;
    private final Runnable onProgress;
    private @Nullable Buffer copy = Buffer.buffer(0);
    private @Nullable HttpClientRequest upstream;
    private @Nullable BodyPipe pipe;
    private @Nullable Promise<Boolean> completion;
    private long receivedBytes;
    private boolean started;
    private boolean ended;

    /**
     * Takes over the body of a paused request.
     *
     * @param maxCopyBytes the longest body of which a copy is kept
     * @param onProgress runs whenever a part of the body arrives or is sent
     */
    RequestBody(HttpServerRequest request, int maxCopyBytes, BufferBudget.Share budget, Runnable onProgress) {
        this.request = request;
        this.maxCopyBytes = maxCopyBytes;
        this.budget = budget;
        this.onProgress = onProgress;
        if (!UnreadBody.isAnnounced(request)) {
            ended = true;
            var unused = request.resume();
        } else {
            SocketReads.limit(request.connection());
            SocketReads.pause(request.connection());
            var unused = request.handler(this::onPart).endHandler(end -> onEnd());
        }
    }

    /** Whether reading the body has not started yet, so that any attempt can still send all of it. */
    boolean isUnread() {
        return !started;
    }

    boolean isEnded() {
        return ended;
    }

    /** Whether the caller sends the body without waiting for a 100, and a copy of it can be kept. */
    boolean isShort() {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return !ended
                && length != null
                && !request.headers().contains(HttpHeaders.EXPECT)
                && Long.parseLong(length) <= maxCopyBytes;
    }

    /** Whether nobody knows when the body begins: a caller may wait for the response to the head first. */
    boolean isAwaitedStream() {
        return !ended && receivedBytes == 0 && request.getHeader(HttpHeaders.CONTENT_LENGTH) == null;
    }

    /** Whether the whole body has arrived and can be sent again. */
    boolean isRepeatable() {
        return ended && copy != null;
    }

    /** Whether the sidecar now waits for the caller to send more of the body. */
    boolean isAwaited() {
        return started && !ended && (pipe == null || !pipe.isPaused());
    }

    long receivedBytes() {
        return receivedBytes;
    }

    /** Sends the copy of what has arrived, and then each further part as it arrives. */
    void sendTo(HttpClientRequest next) {
        started = true;
        detachPipe();
        Buffer arrived = copy == null ? Buffer.buffer(0) : copy;
        if (ended) {
            end(next, arrived);
            return;
        }
        upstream = next;
        pipe = new BodyPipe(this, next::write, onProgress);
        if (arrived.length() > 0) {
            pipe.write(arrived.copy());
        }
        if (!pipe.isPaused()) {
            resume();
        }
    }

    private static void end(HttpClientRequest to, Buffer last) {
        var unused = last.length() == 0 ? to.end() : to.end(last.copy());
    }

    /**
     * Stops sending the body and reads the rest of it into the copy.
     *
     * @return whether the body can be sent again; completes when the body has ended or is too long for a copy
     */
    Future<Boolean> readToEnd() {
        detachPipe();
        if (copy == null || ended) {
            return Future.succeededFuture(copy != null);
        }
        completion = Promise.promise();
        started = true;
        resume();
        return completion.future();
    }

    /** Reads and drops the rest of the body, so that the connection can be used again. */
    void discard() {
        detachPipe();
        dropCopy();
        resume();
    }

    @Override
    public void pause() {
        if (!ended) {
            var unused = request.pause();
            SocketReads.pause(request.connection());
        }
    }

    @Override
    public void resume() {
        SocketReads.resume(request.connection());
        var unused = request.resume();
    }

    private void detachPipe() {
        upstream = null;
        if (pipe != null) {
            pipe.detach();
            pipe = null;
        }
    }

    private void onPart(Buffer part) {
        onProgress.run();
        receivedBytes += part.length();
        copyPart(part);
        if (pipe != null) {
            pipe.write(part);
        }
    }

    private void copyPart(Buffer part) {
        if (copy == null) {
            return;
        }
        if (copy.length() + part.length() > maxCopyBytes || !budget.reserve(part.length())) {
            dropCopy();
        } else {
            var unused = copy.appendBuffer(part);
        }
    }

    private void dropCopy() {
        if (copy != null) {
            budget.release(copy.length());
            copy = null;
        }
        if (completion != null) {
            completion.tryComplete(false);
        }
    }

    private void onEnd() {
        ended = true;
        onProgress.run();
        if (upstream != null) {
            end(upstream, Buffer.buffer(0));
        }
        if (completion != null) {
            completion.tryComplete(copy != null);
        }
    }
}
