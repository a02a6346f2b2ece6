package dev.tokensidecar.ingress;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Produces one response for all requests that arrive while the previous one is in production, so that a flood of
 * requests does not pile up work. No response is older than its request. Production takes at most a tenth of the time,
 * unless a single one takes very long.
 */
public final class CoalescedResponse implements Handler<RoutingContext> {

    private static final int PAUSE_FACTOR = 9;

    /** A probe has a timeout of a second by default: a slow response must not delay the next one beyond that. */
    private static final long MAX_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /**
     * The response that all requests share.
     *
     * @param coding the content coding of the body; null for none
     */
    public record Content(
            int status, String contentType, @Nullable String coding, Buffer body) {

        /** A response without a content coding. */
        public Content(int status, String contentType, Buffer body) {
            this(status, contentType, null, body);
        }
    }

    private final Callable<Content> producer;
    private final LongSupplier nanos;
    private @Nullable Promise<Content> next;
    private boolean producing;
    private long earliestStart;

    /**
     * Creates a handler that has produced nothing yet.
     *
     * @param producer produces a response; may block
     * @param nanos the monotonic clock
     */
    public CoalescedResponse(Callable<Content> producer, LongSupplier nanos) {
        this.producer = producer;
        this.nanos = nanos;
        this.earliestStart = nanos.getAsLong();
    }

    @Override
    public void handle(RoutingContext context) {
        joinNext(context.vertx()).onComplete(content -> send(content, context), context::fail);
    }

    private synchronized Future<Content> joinNext(Vertx vertx) {
        Promise<Content> content = next == null ? Promise.promise() : next;
        next = content;
        if (!producing) {
            schedule(vertx);
        }
        return content.future();
    }

    private void schedule(Vertx vertx) {
        producing = true;
        long delay = TimeUnit.NANOSECONDS.toMillis(earliestStart - nanos.getAsLong());
        if (delay > 0) {
            var unused = vertx.setTimer(delay, now -> produce(vertx));
        } else {
            produce(vertx);
        }
    }

    private synchronized void produce(Vertx vertx) {
        Promise<Content> joined = next;
        next = null;
        long start = nanos.getAsLong();
        var unused = vertx.executeBlocking(producer, false).onComplete(produced -> {
            finish(vertx, start);
            if (joined != null) {
                joined.handle(produced);
            }
        });
    }

    private synchronized void finish(Vertx vertx, long start) {
        long end = nanos.getAsLong();
        earliestStart = end + Math.min(PAUSE_FACTOR * (end - start), MAX_PAUSE_NANOS);
        producing = false;
        if (next != null) {
            schedule(vertx);
        }
    }

    private static void send(Content content, RoutingContext context) {
        HttpServerResponse response = context.response();
        if (response.closed() || response.ended()) {
            return;
        }
        if (content.coding() != null) {
            var unused = response.putHeader(HttpHeaders.CONTENT_ENCODING, content.coding());
        }
        response.setStatusCode(content.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, content.contentType())
                .putHeader(
                        HttpHeaders.CONTENT_LENGTH,
                        Integer.toString(content.body().length()));
        var unused = context.request().method().equals(HttpMethod.HEAD) ? response.end() : response.end(content.body());
    }
}
