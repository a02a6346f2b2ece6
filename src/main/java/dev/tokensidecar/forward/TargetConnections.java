package dev.tokensidecar.forward;

import dev.tokensidecar.egress.ConnectionPool;

/**
 * The connections to one API.
 *
 * @param ordinary those for ordinary requests, in any version of HTTP
 * @param switching those for requests that may switch protocols, which needs HTTP/1.1
 */
public record TargetConnections(ConnectionPool ordinary, ConnectionPool switching) {}
