package dev.tokensidecar.page;

import dev.tokensidecar.token.LastRefresh;
import dev.tokensidecar.token.TokenStatus;
import java.time.Instant;
import java.util.List;

/**
 * Everything that the page shows, at one moment.
 *
 * @param pod what other pods call this one
 * @param version of this program
 */
public record PageView(Instant now, String pod, String version, List<TokenView> tokens, List<RouteView> routes) {

    public PageView {
        tokens = List.copyOf(tokens);
        routes = List.copyOf(routes);
    }

    /**
     * A token.
     *
     * @param fleet whether other pods share its session
     * @param refreshes the latest refreshes, the oldest first
     * @param callers how many callers got the token since the start
     * @param requests how many refreshes this process has sent since the start
     */
    public record TokenView(
            String name, boolean fleet, TokenStatus status, List<LastRefresh> refreshes, long callers, long requests) {

        public TokenView {
            refreshes = List.copyOf(refreshes);
        }
    }

    /**
     * A route to an API. All counts are since the start.
     *
     * @param requests how many requests have ended
     * @param running how many requests run now
     * @param repeated how many requests the sidecar has repeated after a 401, so that the caller did not see it
     * @param rejected how many callers saw a response that rejects the token
     * @param failed how many requests failed for another reason
     */
    public record RouteView(String name, long requests, long running, long repeated, long rejected, long failed) {}
}
