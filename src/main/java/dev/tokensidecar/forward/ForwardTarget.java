package dev.tokensidecar.forward;

import dev.tokensidecar.egress.Authority;
import io.vertx.core.net.HostAndPort;
import java.net.URI;

/**
 * The API that a route forwards to. Only the configuration chooses it, never a part of a request.
 *
 * @param route the name of the route, for messages
 * @param host a name or an address
 * @param tls whether to speak TLS
 * @param basePath the prefix of every path at the API, without a trailing slash; may be empty
 */
public record ForwardTarget(String route, String host, int port, boolean tls, String basePath) {

    /**
     * Parses a URL.
     *
     * @param route the name of the route
     * @param uri an absolute http or https URL without query and fragment
     */
    public static ForwardTarget of(String route, URI uri) {
        boolean tls = "https".equals(uri.getScheme());
        Authority authority = Authority.of(uri);
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        return new ForwardTarget(
                route,
                authority.hostWithoutBrackets(),
                authority.port(),
                tls,
                path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
    }

    /** The host and port in requests to the API. */
    public HostAndPort authority() {
        return HostAndPort.create(host, port);
    }

    /** Returns a key of the configuration of the route, for messages. */
    String key(String name) {
        return "sidecar.forward." + route + "." + name;
    }

    /** Returns scheme, host and port (RFC 6454 section 6.2), without a port that the scheme implies. */
    String origin() {
        return new Authority(Authority.withBrackets(host), port).origin(tls ? "https" : "http");
    }

    /** Whether another URL leads to the same server. */
    boolean isServer(Authority other) {
        return host.equalsIgnoreCase(other.hostWithoutBrackets()) && port == other.port();
    }

    /** @param rest the path below the base path and the query, both as the caller wrote them; may be empty */
    String uri(String rest) {
        return (basePath.isEmpty() && !rest.startsWith("/") ? "/" : basePath) + rest;
    }
}
