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
 * Makes one answer for everybody who has asked since the last one was begun, so that no flood of requests piles up work. An
 * answer is never older than the question, and making them takes at most a tenth of the time, unless one takes very long.
 */
public final class SharedAnswer implements Handler<RoutingContext> {

    private static final int PAUSE_PER_COST = 9;

    /** A probe is given a second by default: one that was slow must not make the next one late. */
    private static final long MOST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** What everybody gets. */
    public record Answer(int status, String contentType, Buffer body) {}

    private final Callable<Answer> maker;
    private final LongSupplier nanos;
    private @Nullable Promise<Answer> next;
    private boolean making;
    private long earliest;

    /**
     * Makes one that nobody has asked yet.
     *
     * @param maker makes an answer; may block
     * @param nanos the monotonic clock
     */
    public SharedAnswer(Callable<Answer> maker, LongSupplier nanos) {
        this.maker = maker;
        this.nanos = nanos;
        this.earliest = nanos.getAsLong();
    }

    @Override
    public void handle(RoutingContext context) {
        ask(context.vertx()).onComplete(answer -> send(answer, context), context::fail);
    }

    private synchronized Future<Answer> ask(Vertx vertx) {
        Promise<Answer> answer = next == null ? Promise.promise() : next;
        next = answer;
        if (!making) {
            schedule(vertx);
        }
        return answer.future();
    }

    private void schedule(Vertx vertx) {
        making = true;
        long wait = TimeUnit.NANOSECONDS.toMillis(earliest - nanos.getAsLong());
        if (wait > 0) {
            var unused = vertx.setTimer(wait, now -> make(vertx));
        } else {
            make(vertx);
        }
    }

    private synchronized void make(Vertx vertx) {
        Promise<Answer> askers = next;
        next = null;
        long start = nanos.getAsLong();
        var unused = vertx.executeBlocking(maker, false).onComplete(made -> {
            made(vertx, start);
            if (askers != null) {
                askers.handle(made);
            }
        });
    }

    private synchronized void made(Vertx vertx, long start) {
        long end = nanos.getAsLong();
        earliest = end + Math.min(PAUSE_PER_COST * (end - start), MOST_PAUSE_NANOS);
        making = false;
        if (next != null) {
            schedule(vertx);
        }
    }

    private static void send(Answer answer, RoutingContext context) {
        HttpServerResponse response = context.response();
        if (response.closed() || response.ended()) {
            return;
        }
        response.setStatusCode(answer.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, answer.contentType())
                .putHeader(
                        HttpHeaders.CONTENT_LENGTH,
                        Integer.toString(answer.body().length()));
        var unused = context.request().method().equals(HttpMethod.HEAD) ? response.end() : response.end(answer.body());
    }
}
