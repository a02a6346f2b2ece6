package dev.tokensidecar.forward;

import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A configured route from the application to an API.
 *
 * @param tokens the tokens that the sidecar adds to requests
 * @param credentials puts these tokens into requests
 * @param certificates has the repetition of a rejected request present the newest client certificate
 * @param rejection recognizes responses that reject the token
 * @param withheld the names of header fields that are meant for the sidecar only, in lower case
 * @param callerAuthorization whether the API gets a caller's own {@code Authorization} in place of a token
 * @param location translates the redirects of the API
 * @param cookies confines the API's cookies to this route; null to let no cookie pass, in either direction
 * @param limits limits the resources of a request
 */
public record Route(
        ForwardTarget target,
        TokenSource tokens,
        ApiCredentials credentials,
        CertificateRenewal certificates,
        RejectionRule rejection,
        Set<String> withheld,
        boolean callerAuthorization,
        LocationMapping location,
        @Nullable CookieScope cookies,
        RouteLimits limits,
        ForwardListener listener) {

    private static final String COOKIE = "cookie";

    /** Withholds a caller's cookies too if they have no scope: their origin is unknown. */
    public Route {
        withheld = cookies == null
                ? Stream.concat(withheld.stream(), Stream.of(COOKIE)).collect(Collectors.toUnmodifiableSet())
                : Set.copyOf(withheld);
    }

    /**
     * Limits the resources of requests on a route.
     *
     * @param requests the maximum number of requests in flight
     * @param repeatableBodyBytes the longest request body that the sidecar keeps for a second attempt
     * @param idleTimeout the maximum time without progress
     * @param bodyTimeout the maximum total time for which a caller may send its body too slowly
     */
    public record RouteLimits(int requests, int repeatableBodyBytes, Duration idleTimeout, Duration bodyTimeout) {}
}
