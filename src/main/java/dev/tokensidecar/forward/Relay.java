package dev.tokensidecar.forward;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.Set;

/** Passes an API's answer on to the caller, as fast as that one reads. */
final class Relay {

    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    private final HttpServerRequest request;
    private final HttpServerResponse to;
    private final HttpClientResponse from;
    private final Runnable progress;
    private final Promise<Void> done = Promise.promise();

    Relay(HttpServerRequest request, HttpClientResponse from, Runnable progress) {
        this.request = request;
        this.to = request.response();
        this.from = from;
        this.progress = progress;
    }

    /**
     * Starts.
     *
     * @param before what of the body was read already
     * @param last whether the connection ends with this answer
     * @return fails if the API breaks off
     */
    Future<Void> run(Peek before, boolean last) {
        head();
        if (last) {
            to.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        if (before.whole() || hasNoBody()) {
            end(hasNoBody() ? Buffer.buffer(0) : before.body());
            var unused = from.resume();
        } else {
            body(before.body());
        }
        return done.future();
    }

    private void head() {
        to.headers().clear();
        to.setStatusCode(from.statusCode()).setStatusMessage(from.statusMessage());
        EndToEnd.copy(from.headers(), to.headers(), Set.of());
    }

    /** RFC 9110 sections 9.3.2, 15.3.5 and 15.4.5; their header may tell a length all the same. */
    private boolean hasNoBody() {
        return request.method().equals(HttpMethod.HEAD)
                || from.statusCode() == NO_CONTENT
                || from.statusCode() == NOT_MODIFIED;
    }

    private void body(Buffer first) {
        if (!to.headers().contains(HttpHeaders.CONTENT_LENGTH) && request.version() != HttpVersion.HTTP_1_0) {
            to.setChunked(true);
        }
        if (first.length() > 0) {
            var unused = to.write(first);
        }
        var unused = from.handler(this::pass)
                .endHandler(end -> {
                    if (to.isChunked()) {
                        to.trailers().addAll(from.trailers());
                    }
                    end(Buffer.buffer(0));
                })
                .exceptionHandler(done::tryFail)
                .resume();
    }

    private void pass(Buffer part) {
        progress.run();
        var unused = to.write(part);
        if (to.writeQueueFull()) {
            from.pause();
            to.drainHandler(drained -> {
                progress.run();
                from.resume();
            });
        }
    }

    private void end(Buffer last) {
        var unused = (last.length() == 0 ? to.end() : to.end(last)).onComplete(done);
    }
}
