package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Serves one token to callers; the only entrance to the core. */
public final class TokenService {

    private final Session session;
    private final TokenRuntime runtime;
    private final TokenListener listener;
    private final AccessTokenPublisher publisher;
    private final Decider decider;
    private final Refresher refresher;
    private final CallerResults results;
    private final Waiters waiters;

    /**
     * Creates a service without a token; see {@link #start()}.
     *
     * @param name the name of the token, the same in all processes of a fleet
     * @param session the refresh token, shared by the services of all tokens that it renews
     * @param maxWaiters how many callers may wait at the same time
     * @param groups tells callers apart when more of them want to wait
     * @param publisher gets every new access token
     */
    public TokenService(
            String name,
            AuthorizationServer server,
            Session session,
            RefreshPolicy policy,
            int maxWaiters,
            CallerGroups groups,
            TokenRuntime runtime,
            TokenListener listener,
            AccessTokenPublisher publisher) {
        SharedTokens shared = new SharedTokens(name, session.sharedClock(), policy, runtime.random(), server::restore);
        RefreshExchange exchange = new RefreshExchange(server, session, shared, policy, runtime, listener);
        this.session = session;
        this.runtime = runtime;
        this.listener = listener;
        this.publisher = publisher;
        this.decider = new Decider(policy);
        this.refresher = new Refresher(decider, exchange, session, shared, runtime, listener, publisher);
        session.join(listener, refresher::changed);
        this.results = new CallerResults(refresher::state, policy.rejectedInterval(), runtime.time(), listener);
        this.waiters = new Waiters(maxWaiters, groups, runtime, results);
    }

    /** Obtains the first token and refreshes it from now on, whether or not anybody asks. */
    public void start() {
        refresher.check();
    }

    /**
     * Stops refreshing. Callers still get the current token. A refresh in flight continues, because its response may contain
     * the only valid refresh token.
     *
     * @param grace how long that refresh may take; callers that still wait then get an error
     * @return completes when that refresh has ended or the grace period has passed, and the publisher has withdrawn the token
     */
    public Uni<Void> stop(Duration grace) {
        return refresher.stop(grace).chain(publisher::withdraw);
    }

    /** Returns what the sidecar may disclose about the token: everything but the token itself. */
    public TokenStatus status() {
        return TokenStatus.of(
                refresher.state(),
                session.refreshToken(),
                decider,
                refresher.untilNextCheck(),
                waiters.count(),
                session.claimedBy(),
                session.storeProblem(),
                runtime.time().now());
    }

    /**
     * Serves a caller that accepts any token, if there is nothing to decide, to start or to wait for. Allocates nothing.
     *
     * @return null if there is something; then call {@link #token}
     */
    public @Nullable AccessToken fresh(CallerListener caller) {
        TimeSource time = runtime.time();
        AccessToken token = Decider.fresh(refresher.state(), time.nanos(), time.epochMillis());
        if (token != null) {
            results.served(token, caller);
        }
        return token;
    }

    /**
     * Serves a caller.
     *
     * @return a usable token, or a {@link TokenException}; cancelling it ends this caller's wait and nothing else
     */
    public Uni<AccessToken> token(TokenRequest request, Caller caller) {
        return Uni.createFrom().deferred(() -> decide(request, caller));
    }

    private Uni<AccessToken> decide(TokenRequest request, Caller caller) {
        while (true) {
            TokenState seen = refresher.state();
            Moment now = runtime.time().now();
            Decision decision = decider.decide(seen, request, now);
            Uni<AccessToken> result = carryOut(decision, seen, request, caller, now);
            if (result != null) {
                countReport(seen, request, decision);
                return result;
            }
        }
    }

    /** Returns null if the state has changed meanwhile, so that the decision is void. */
    private @Nullable Uni<AccessToken> carryOut(
            Decision decision, TokenState seen, TokenRequest request, Caller caller, Moment now) {
        return switch (decision) {
            case Decision.Serve serve -> serve(serve.token(), caller);
            case Decision.ServeAndRefresh serve -> {
                Flight flight = refresher.start(seen, RefreshReason.AHEAD_OF_EXPIRY, now);
                if (flight != null) {
                    caller.listener().joins(flight.observer());
                }
                yield serve(serve.token(), caller);
            }
            case Decision.Fail fail -> {
                results.failed(fail.reason(), caller.listener());
                yield Uni.createFrom().failure(fail.reason());
            }
            case Decision.Join join -> {
                listener.coalesced();
                yield await(join.flight(), request, caller, now);
            }
            case Decision.Start start -> {
                Flight flight = refresher.start(seen, start.reason(), now);
                yield flight == null ? null : await(flight, request, caller, now);
            }
        };
    }

    private Uni<AccessToken> serve(AccessToken token, Caller caller) {
        results.served(token, caller.listener());
        return Uni.createFrom().item(token);
    }

    private Uni<AccessToken> await(Flight flight, TokenRequest request, Caller caller, Moment since) {
        caller.listener().joins(flight.observer());
        return waiters.await(flight, new CallerRequest(request, caller, since));
    }

    private void countReport(TokenState seen, TokenRequest request, Decision decision) {
        if (request.rejected() != null) {
            boolean stale = !seen.snapshot().isCurrent(request.rejected());
            listener.rejectionReported(stale ? TokenListener.Rejection.STALE : TokenListener.Rejection.of(decision));
        }
    }
}
