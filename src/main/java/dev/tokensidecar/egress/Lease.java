package dev.tokensidecar.egress;

import io.netty.handler.codec.http2.Http2Error;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.StreamResetException;
import java.util.function.IntSupplier;

/**
 * The right to send one request on a connection.
 *
 * @param request the request, of which nothing has been sent yet
 * @param shared whether other callers may have requests on the same connection
 * @param answeredByProxy whether a proxy responds in the place of the server if it wants credentials
 * @param lastStream the last stream that the server may process on this connection (RFC 9113 section 6.8)
 * @param onAbort runs after a request was reset before its end
 * @param end must run once, at the end of the exchange
 */
public record Lease(
        HttpClientRequest request,
        boolean shared,
        boolean answeredByProxy,
        IntSupplier lastStream,
        Runnable onAbort,
        Runnable end) {

    /**
     * Whether the server says that it has not processed the request: it refused the stream, or announced the end of the
     * connection before it saw the stream (RFC 9113 section 8.7).
     */
    public boolean isUnprocessed(Throwable failure) {
        return switch (failure) {
            case StreamResetException reset -> shared && reset.getCode() == Http2Error.REFUSED_STREAM.code();
            case HttpClosedException closed -> shared && request.streamId() > lastStream.getAsInt();
            default -> false;
        };
    }

    /**
     * Resets the request. Closes a connection that is not shared, and one whose server does not read. Does not wait until the
     * server reads the rest.
     */
    public void abort() {
        var unused = request.reset();
        onAbort.run();
    }
}
