package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The one door to a token: answers callers, never makes one of them pay for another. */
public final class TokenService {

    private final Session session;
    private final TokenRuntime runtime;
    private final TokenListener listener;
    private final Decider decider;
    private final Refresher refresher;
    private final CallerResults answers;
    private final Waiters waiters;

    /**
     * Makes a service that holds nothing yet; see {@link #start()}.
     *
     * @param session the refresh token, shared with the services of all tokens that live on the same one
     * @param maxWaiters how many callers may wait at the same time
     * @param groups tells callers apart when more want to wait
     */
    public TokenService(
            AuthorizationServer server,
            Session session,
            RefreshPolicy policy,
            int maxWaiters,
            CallerGroups groups,
            TokenRuntime runtime,
            TokenListener listener) {
        session.join(listener);
        RefreshExchange exchange = new RefreshExchange(server, session, policy, runtime, listener);
        this.session = session;
        this.runtime = runtime;
        this.listener = listener;
        this.decider = new Decider(policy);
        this.refresher = new Refresher(decider, exchange, session, policy, runtime, listener);
        this.answers = new CallerResults(refresher::state, policy.rejectedInterval(), runtime.time(), listener);
        this.waiters = new Waiters(maxWaiters, groups, runtime, answers);
    }

    /** Obtains the first token and keeps renewing it from now on, whether or not anybody asks. */
    public void start() {
        refresher.look();
    }

    /**
     * Stops renewing. What is held goes on being served; a refresh under way is not interrupted, since its answer may
     * hold the only valid refresh token.
     *
     * @param grace how long that refresh may take; callers that still wait for it then are told why
     * @return completes when no refresh runs any more, whatever came of it, or the grace is over, and the listener is done
     */
    public Uni<Void> stop(Duration grace) {
        return refresher.stop(grace).chain(listener::stopped);
    }

    /** What may be told about the token now. */
    public TokenStatus status() {
        return TokenStatus.of(
                refresher.state(),
                session.kept(),
                decider,
                waiters.count(),
                session.storeProblem(),
                runtime.time().now());
    }

    /**
     * CallerResults one caller who asks for any token, if there is nothing to decide, to start or to wait for. Allocates nothing.
     *
     * @return null if there is: ask {@link #token}
     */
    public @Nullable AccessToken fresh(CallerListener caller) {
        TimeSource time = runtime.time();
        AccessToken token = Decider.fresh(refresher.state(), time.nanos(), time.epochMillis());
        if (token != null) {
            answers.served(token, caller);
        }
        return token;
    }

    /**
     * CallerResults one caller.
     *
     * @return a usable token, or a {@link TokenException}; cancelling it ends this caller's wait and nothing else
     */
    public Uni<AccessToken> token(TokenRequest request, Caller caller) {
        return Uni.createFrom().deferred(() -> answer(request, caller));
    }

    private Uni<AccessToken> answer(TokenRequest request, Caller caller) {
        while (true) {
            TokenState seen = refresher.state();
            Moment now = runtime.time().now();
            Decision decision = decider.decide(seen, request, now);
            Uni<AccessToken> answer = carryOut(decision, seen, request, caller, now);
            if (answer != null) {
                countReport(seen, request, decision);
                return answer;
            }
        }
    }

    /** Null if the state has changed meanwhile, so that the decision is void. */
    private @Nullable Uni<AccessToken> carryOut(
            Decision decision, TokenState seen, TokenRequest request, Caller caller, Moment now) {
        return switch (decision) {
            case Decision.Serve serve -> serve(serve.token(), caller);
            case Decision.ServeAndRefresh serve -> {
                Flight flight = refresher.claim(seen, RefreshReason.AHEAD_OF_EXPIRY, now);
                if (flight != null) {
                    caller.listener().joins(flight.listener());
                }
                yield serve(serve.token(), caller);
            }
            case Decision.Refuse refuse -> {
                answers.refused(refuse.why(), caller.listener());
                yield Uni.createFrom().failure(refuse.why());
            }
            case Decision.Join join -> {
                listener.coalesced();
                yield await(join.flight(), request, caller, now);
            }
            case Decision.Start start -> {
                Flight flight = refresher.claim(seen, start.reason(), now);
                yield flight == null ? null : await(flight, request, caller, now);
            }
        };
    }

    private Uni<AccessToken> serve(AccessToken token, Caller caller) {
        answers.served(token, caller.listener());
        return Uni.createFrom().item(token);
    }

    private Uni<AccessToken> await(Flight flight, TokenRequest request, Caller caller, Moment since) {
        caller.listener().joins(flight.listener());
        return waiters.await(flight, new CallerRequest(request, caller, since));
    }

    private void countReport(TokenState seen, TokenRequest request, Decision decision) {
        if (request.rejected() != null) {
            boolean stale = !seen.held().isCurrent(request.rejected());
            listener.rejectionReported(stale ? TokenListener.Rejection.STALE : TokenListener.Rejection.of(decision));
        }
    }
}
