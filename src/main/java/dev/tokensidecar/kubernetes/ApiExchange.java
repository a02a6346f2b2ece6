package dev.tokensidecar.kubernetes;

import dev.tokensidecar.token.Moment;
import dev.tokensidecar.token.TokenRuntime;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response. Ends once: with a result, with a failure, by its time limit, or because nobody waits any
 * more. Unless the response is complete by then, the connection closes.
 *
 * @param <T> the result
 */
final class ApiExchange<T> {

    /** Limits a request up to the end of its response, and a watch up to its head. */
    static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final UniEmitter<? super T> emitter;
    private final TokenRuntime runtime;
    private final ServerClock clock;
    private final ReplyReader<T> reader;
    private @Nullable HttpClientRequest request;
    private @Nullable Future<?> limit;
    private boolean ended;

    ApiExchange(UniEmitter<? super T> emitter, TokenRuntime runtime, ServerClock clock, ReplyReader<T> reader) {
        this.emitter = emitter;
        this.runtime = runtime;
        this.clock = clock;
        this.reader = reader;
    }

    /** Reads a response on its event loop. */
    interface ReplyReader<T> {

        /** Sets the handlers of the response, which end the exchange. */
        void read(HttpClientResponse response, ApiExchange<T> exchange);
    }

    /** The time limit is over. */
    static final class TimedOut extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TimedOut() {
            super("no response in time", null, false, false);
        }
    }

    void start(HttpClient client, RequestOptions options, Buffer body) {
        limit(TIMEOUT);
        client.request(options).onFailure(this::fail).onSuccess(opened -> send(opened, body));
    }

    private void send(HttpClientRequest opened, Buffer body) {
        // without a handler, Vert.x logs each reset
        opened.exceptionHandler(this::fail);
        if (!keep(opened)) {
            opened.reset();
            return;
        }
        Moment sent = runtime.time().now();
        var response = body.length() == 0 ? opened.send() : opened.send(body);
        response.onFailure(this::fail).onSuccess(head -> received(head, sent));
    }

    private synchronized boolean keep(HttpClientRequest opened) {
        request = opened;
        return !ended;
    }

    private void received(HttpClientResponse response, Moment sent) {
        // an intermediary may respond for a server that is down
        if (response.statusCode() < 500) {
            clock.observe(response.getHeader("Date"), sent, runtime.time().now());
        }
        response.exceptionHandler(this::fail);
        reader.read(response, this);
    }

    /** Sets a new time limit, from now on. */
    synchronized void limit(Duration length) {
        if (limit != null) {
            limit.cancel(false);
        }
        if (!ended) {
            limit = runtime.timers().schedule(() -> fail(new TimedOut()), length.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** The response is complete. */
    void complete(@Nullable T result) {
        if (end()) {
            emitter.complete(result);
        }
    }

    void fail(Throwable failure) {
        if (end()) {
            abort();
            emitter.fail(failure);
        }
    }

    /** Nobody waits any more. */
    void cancel() {
        if (end()) {
            abort();
        }
    }

    private synchronized boolean end() {
        boolean first = !ended;
        ended = true;
        if (limit != null) {
            limit.cancel(false);
        }
        return first;
    }

    private synchronized void abort() {
        if (request != null) {
            request.reset();
        }
    }
}
