package dev.tokensidecar.forward;

import dev.tokensidecar.token.TokenService;
import java.time.Duration;
import java.util.Set;

/**
 * One way from the application to an API, as it was configured.
 *
 * @param tokens whose tokens are added
 * @param maxWait how long a request waits for one
 * @param rejection tells that a token is over
 * @param withheld header fields that the caller shows to this sidecar only, in lower case
 * @param callerAuthorization whether a caller's own {@code Authorization} goes to the API, in place of a token
 * @param limits what a request may take
 */
public record Forward(
        Target target,
        TokenService tokens,
        Duration maxWait,
        RejectionRule rejection,
        Set<String> withheld,
        boolean callerAuthorization,
        Limits limits,
        ForwardListener listener) {

    /** Copies the set. */
    public Forward {
        withheld = Set.copyOf(withheld);
    }

    /**
     * What requests may take.
     *
     * @param requests how many at the same time
     * @param keptBody bytes of a body that are kept for a second time
     * @param silence how long nothing may move
     */
    public record Limits(int requests, int keptBody, Duration silence) {}
}
