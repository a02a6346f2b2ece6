package dev.tokensidecar.egress;

import io.vertx.core.http.HttpClientRequest;

/**
 * A request that may be sent on a connection.
 *
 * @param request nothing of it is sent yet
 * @param shared whether others have requests on the same connection
 * @param end to be run once, when the exchange is over
 */
public record Lease(HttpClientRequest request, boolean shared, Runnable end) {}
