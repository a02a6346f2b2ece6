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

/** Relays an API's response to the caller, no faster than the caller reads. */
final class Relay {

    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;
    private static final String EVENT_STREAM = "text/event-stream";

    /** The fields that are not allowed in trailers (RFC 9110 section 6.5.1). */
    private static final Set<String> FORBIDDEN_TRAILERS = Set.of("content-length", "content-encoding", "set-cookie");

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final UpstreamResponse source;
    private final HttpClientResponse upstream;
    private final CallerHead head;
    private final BodyPipe pipe;
    private final Promise<Void> done = Promise.promise();
    private boolean close;
    private boolean begun;

    /**
     * Relays one response.
     *
     * @param head writes the head for the caller
     */
    Relay(HttpServerRequest request, UpstreamResponse source, CallerHead head, Runnable onProgress) {
        this.request = request;
        this.response = request.response();
        this.source = source;
        this.upstream = source.upstream();
        this.head = head;
        this.pipe = new BodyPipe(source, response::write, onProgress);
    }

    /**
     * Starts the relay. Leaves the response untouched until its body begins, so that another one can replace it if the API
     * fails before. The head of a stream of events or of a gRPC call does not wait for the body.
     *
     * @param prefix the part of the body that was already read
     * @param close whether the caller's connection ends with this response
     * @return fails if the API breaks the connection
     */
    Future<Void> run(BodyPrefix prefix, boolean close) {
        this.close = close;
        if (hasNoBody()) {
            relayHead();
            var unused = response.end().onComplete(done);
            source.resume();
        } else {
            relayBody(prefix);
        }
        return done.future();
    }

    private void relayHead() {
        response.headers().clear();
        response.setStatusCode(upstream.statusCode()).setStatusMessage(upstream.statusMessage());
        head.copy(upstream.headers(), response.headers());
        if (upstream.statusCode() == NO_CONTENT) {
            // RFC 9110 section 8.6
            var unused = response.headers().remove(HttpHeaders.CONTENT_LENGTH);
        }
        if (close) {
            // set last: Vert.x itself would write keep-alive for an HTTP/1.0 connection
            var unused =
                    response.headersEndHandler(ready -> response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE));
        }
    }

    /** RFC 9110 sections 9.3.2, 15.3.5 and 15.4.5. The head of such a response may state a length nevertheless. */
    private boolean hasNoBody() {
        return request.method().equals(HttpMethod.HEAD)
                || upstream.statusCode() == NO_CONTENT
                || upstream.statusCode() == NOT_MODIFIED;
    }

    /** Whether the end of the connection ends the body: HTTP/1.0 has no chunks, so a body without a length needs it. */
    boolean endsByClose() {
        return request.version() == HttpVersion.HTTP_1_0
                && !hasNoBody()
                && !upstream.headers().contains(HttpHeaders.CONTENT_LENGTH);
    }

    private void relayBody(BodyPrefix prefix) {
        if (prefix.body().length() > 0) {
            write(prefix.body());
        }
        if (prefix.complete()) {
            end();
            return;
        }
        var unused = upstream.handler(this::write).endHandler(end -> end()).exceptionHandler(done::tryFail);
        if (!pipe.isPaused()) {
            source.resume();
        }
        if (isStream() && !begun) {
            beginBody();
            var unusedWrite = response.write(Buffer.buffer());
        }
    }

    /** Whether the caller needs the head before the body: it may be long until something happens. */
    private boolean isStream() {
        String type = upstream.getHeader(HttpHeaders.CONTENT_TYPE);
        boolean events = type != null && type.regionMatches(true, 0, EVENT_STREAM, 0, EVENT_STREAM.length());
        return events || (GrpcCall.isOne(upstream.headers()) && !GrpcCall.hasEnded(upstream.headers()));
    }

    private void write(Buffer part) {
        if (!hasFailed()) {
            beginBody();
            pipe.write(part);
        }
    }

    /** Whether another response may have replaced this one. */
    private boolean hasFailed() {
        return done.future().failed();
    }

    private void beginBody() {
        if (begun) {
            return;
        }
        begun = true;
        relayHead();
        if (!response.headers().contains(HttpHeaders.CONTENT_LENGTH) && request.version() != HttpVersion.HTTP_1_0) {
            response.setChunked(true);
        }
    }

    private void end() {
        if (hasFailed()) {
            return;
        }
        beginBody();
        if (response.isChunked() && FieldSyntax.isWellFormed(upstream.trailers())) {
            EndToEndHeaders.copy(upstream.trailers(), response.trailers(), FORBIDDEN_TRAILERS);
        }
        var unused = response.end().onComplete(done);
    }
}
