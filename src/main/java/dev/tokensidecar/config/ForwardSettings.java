package dev.tokensidecar.config;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one route: group {@code sidecar.forward.<name>}. {@code docs/configuration.md} lists the keys, units and
 * defaults.
 *
 * @param target the API that the sidecar forwards to
 * @param token the name of the token that the sidecar adds to requests
 * @param subject whose token that is
 * @param protocol the version of HTTP that the sidecar speaks to the API
 * @param port the loopback port for the application's requests
 * @param listenPath the path prefix of the route's requests, without a trailing slash; empty for every path
 * @param callerAuthorization what happens to an {@code Authorization} that a request already has
 * @param cookies what happens to cookies, in both directions
 * @param expired how this API reports an expired token; null for the usual signs only
 * @param expiredChallenge a part of the challenge of a 401 for an expired token; null for the usual challenges only
 * @param tlsConfigurationName the name of a TLS configuration of {@code quarkus.tls.*}; null for the default trust
 */
public record ForwardSettings(
        URI target,
        String token,
        Subject subject,
        Protocol protocol,
        int port,
        String listenPath,
        CallerAuthorization callerAuthorization,
        Cookies cookies,
        @Nullable Expired expired,
        @Nullable String expiredChallenge,
        LimitSettings limits,
        @Nullable String tlsConfigurationName) {

    /** Whose token the API gets. */
    public enum Subject {
        /** The one that the sidecar keeps for the application. */
        APPLICATION,
        /** One for the user whose token the request has as {@code Authorization}. */
        CALLER_AUTHORIZATION
    }

    /** The version of HTTP that the sidecar speaks to the API. */
    public enum Protocol {
        /** HTTP/2 if an https API offers it, else HTTP/1.1. */
        AUTO,
        /** HTTP/1.1 only. */
        HTTP1,
        /** HTTP/2 to an http API as well. */
        HTTP2
    }

    /** What happens to an {@code Authorization} that a request already has. */
    public enum CallerAuthorization {
        /** The API never sees it. */
        REPLACE,
        /** The API gets it instead of a token. If the API rejects it, the caller has to handle that. */
        KEEP
    }

    /** What happens to cookies. */
    public enum Cookies {
        /** Neither the API nor the caller gets any cookie. */
        DROP,
        /** The caller gets the API's cookies, restricted to the listen path. */
        SCOPE
    }

    /**
     * How an API reports an expired token.
     *
     * @param status the status of the response
     * @param pointer the place of a text in the JSON body (RFC 6901)
     * @param text a part of that text
     */
    public record Expired(int status, String pointer, String text) {}

    /**
     * Limits the resources of requests.
     *
     * @param maxRequests how many requests may be in flight at the same time; null for a number that depends on the heap
     * @param maxKeptBody how many bytes of a request body the sidecar keeps to send it again
     * @param connectTimeout the time limit for name resolution, connection and TLS handshake
     * @param idleTimeout how long a request may go without data from either side
     * @param bodyTimeout how long a caller may be slow in sending a body
     */
    public record LimitSettings(
            @Nullable Integer maxRequests,
            int maxKeptBody,
            Duration connectTimeout,
            Duration idleTimeout,
            Duration bodyTimeout) {}
}
