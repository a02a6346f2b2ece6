package dev.tokensidecar.egress;

import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * The right to send one request on a connection.
 *
 * @param request the request, of which nothing has been sent yet
 * @param shared whether other callers may have requests on the same connection
 * @param end must run once, at the end of the exchange
 */
public record Lease(HttpClientRequest request, boolean shared, Runnable end) {

    /** Resets the request, and closes a connection that is not shared. Does not wait until the server reads the rest. */
    public void abort() {
        var unused = request.reset();
        if (!shared) {
            Http1Codec.close(((ConnectionBase) request.connection()).channel());
        }
    }
}
