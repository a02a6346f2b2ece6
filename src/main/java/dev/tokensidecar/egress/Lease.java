package dev.tokensidecar.egress;

import io.vertx.core.http.HttpClientRequest;

/**
 * The right to send one request on a connection.
 *
 * @param request the request, of which nothing has been sent yet
 * @param shared whether other callers may have requests on the same connection
 * @param end must run once, at the end of the exchange
 */
public record Lease(HttpClientRequest request, boolean shared, Runnable end) {}
