package dev.tokensidecar.forward;

import dev.tokensidecar.token.TokenService;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One way from the application to an API, as it was configured.
 *
 * @param tokens whose tokens are added
 * @param maxWait how long a request waits for one
 * @param rejection tells that a token is over
 * @param withheld header fields that the caller shows to this sidecar only, in lower case
 * @param callerAuthorization whether a caller's own {@code Authorization} goes to the API, in place of a token
 * @param cookies keeps the API's cookies to this way; null if none pass, in either direction
 * @param limits what a request may take
 */
public record Route(
        ForwardTarget target,
        TokenService tokens,
        Duration maxWait,
        RejectionRule rejection,
        Set<String> withheld,
        boolean callerAuthorization,
        @Nullable CookieScope cookies,
        RouteLimits limits,
        ForwardListener listener) {

    private static final String COOKIE = "cookie";

    /** Without a scope, a caller's cookies are withheld too: nobody can tell who they came from. */
    public Route {
        withheld = cookies == null
                ? Stream.concat(withheld.stream(), Stream.of(COOKIE)).collect(Collectors.toUnmodifiableSet())
                : Set.copyOf(withheld);
    }

    /**
     * What requests may take.
     *
     * @param requests how many at the same time
     * @param keptBody bytes of a body that are kept for a second time
     * @param silence how long nothing may move
     * @param body how long a caller may be slow in sending a body
     */
    public record RouteLimits(int requests, int keptBody, Duration silence, Duration body) {}
}
