package dev.tokensidecar.forward;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Passes an API's answer on to the caller, as fast as that one reads. */
final class Relay {

    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    /** What no trailer may say: it is too late for it (RFC 9110 section 6.5.1). */
    private static final Set<String> NO_TRAILERS = Set.of("content-length", "content-encoding", "set-cookie");

    private final HttpServerRequest request;
    private final HttpServerResponse to;
    private final HttpClientResponse from;
    private final Answer answer;
    private final @Nullable CookieScope cookies;
    private final Flow flow;
    private final Promise<Void> done = Promise.promise();

    /** @param cookies null if the caller gets none */
    Relay(HttpServerRequest request, Answer answer, @Nullable CookieScope cookies, Runnable progress) {
        this.request = request;
        this.to = request.response();
        this.answer = answer;
        this.from = answer.response();
        this.cookies = cookies;
        this.flow = new Flow(answer, to, progress);
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
            // Vert.x would write that it keeps a connection of HTTP/1.0
            var unused = to.headersEndHandler(ready -> to.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE));
        }
        if (hasNoBody()) {
            var unused = to.end().onComplete(done);
            answer.goOn();
        } else {
            body(before);
        }
        return done.future();
    }

    private void head() {
        to.headers().clear();
        to.setStatusCode(from.statusCode()).setStatusMessage(from.statusMessage());
        EndToEnd.copy(from.headers(), to.headers(), withheld());
        if (cookies != null) {
            cookies.rewrite(to.headers());
        }
    }

    private Set<String> withheld() {
        return cookies == null ? Set.of("set-cookie") : Set.of();
    }

    /** RFC 9110 sections 9.3.2, 15.3.5 and 15.4.5; their header may tell a length all the same. */
    private boolean hasNoBody() {
        return request.method().equals(HttpMethod.HEAD)
                || from.statusCode() == NO_CONTENT
                || from.statusCode() == NOT_MODIFIED;
    }

    /** An HTTP/1.0 caller knows no chunks: without a length, the end of the connection is the end of the answer. */
    boolean isEndedByClose() {
        return request.version() == HttpVersion.HTTP_1_0
                && !hasNoBody()
                && !from.headers().contains(HttpHeaders.CONTENT_LENGTH);
    }

    private void body(Peek before) {
        if (!to.headers().contains(HttpHeaders.CONTENT_LENGTH) && request.version() != HttpVersion.HTTP_1_0) {
            to.setChunked(true);
        }
        if (before.body().length() > 0) {
            flow.pass(before.body());
        }
        if (before.whole()) {
            end();
            return;
        }
        var unused = from.handler(flow::pass).endHandler(end -> end()).exceptionHandler(done::tryFail);
        if (!flow.isStopped()) {
            answer.goOn();
        }
    }

    private void end() {
        if (to.isChunked() && FieldSyntax.isClear(from.trailers())) {
            EndToEnd.copy(from.trailers(), to.trailers(), NO_TRAILERS);
        }
        var unused = to.end().onComplete(done);
    }
}
