package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The owner of the state: one refresh at a time. Caller, rejection report and timer all start a refresh by the same
 * compare-and-set, so that the finding "a refresh is needed" and the claim "I start it" are one step.
 */
final class Refresher {

    private final Decider decider;
    private final RefreshExchange exchange;
    private final Session session;
    private final RefreshPolicy policy;
    private final TokenRuntime runtime;
    private final TokenListener listener;
    private final RefreshTimer timer;
    private final AtomicReference<TokenState> state = new AtomicReference<>(new TokenState.Idle(TokenSnapshot.NOTHING));

    Refresher(
            Decider decider,
            RefreshExchange exchange,
            Session session,
            RefreshPolicy policy,
            TokenRuntime runtime,
            TokenListener listener) {
        this.decider = decider;
        this.exchange = exchange;
        this.session = session;
        this.policy = policy;
        this.runtime = runtime;
        this.listener = listener;
        this.timer = new RefreshTimer(runtime.timers(), this::look);
    }

    TokenState state() {
        return state.get();
    }

    /** The timer's look at what is due; also the first step after the start. */
    void look() {
        TokenState seen = state.get();
        Moment now = runtime.time().now();
        RefreshReason due = decider.due(seen, session.kept(), now);
        if (due != null) {
            var unused = claim(seen, due, now);
        }
        session.saveAgain();
        if (seen instanceof TokenState.Dead dead) {
            revive(dead);
        }
        timer.arm(decider.nextLook(state.get(), session.kept(), now));
    }

    /** See {@link TokenService#stop}. */
    Uni<Void> stop(Duration grace) {
        timer.stop();
        TokenState before = state.getAndUpdate(current -> new TokenState.Closed(current.held()));
        return before instanceof TokenState.Refreshing refreshing
                ? end(refreshing.flight(), grace)
                : Uni.createFrom().voidItem();
    }

    private Uni<Void> end(Flight flight, Duration grace) {
        return landing(flight)
                .replaceWithVoid()
                .onFailure()
                .recoverWithNull()
                .ifNoItem()
                .after(grace)
                .on(runtime.timers())
                .recoverWithUni(() -> {
                    flight.abandon(Decider.shuttingDown());
                    return Uni.createFrom().voidItem();
                });
    }

    private static Uni<AccessToken> landing(Flight flight) {
        return Uni.createFrom()
                .emitter(emitter -> flight.join(new FlightCallback() {
                    @Override
                    public void succeed(AccessToken token) {
                        emitter.complete(token);
                    }

                    @Override
                    public void fail(Throwable failure) {
                        emitter.fail(failure);
                    }
                }));
    }

    /** The only place where a refresh begins; null if the state is no longer the one that was looked at. */
    @Nullable Flight claim(TokenState seen, RefreshReason reason, Moment now) {
        Flight flight = new Flight(reason, now, listener.flight(reason));
        if (!state.compareAndSet(seen, new TokenState.Refreshing(seen.held(), flight))) {
            return null;
        }
        flight.depart(launcher(seen.held(), reason, now), this::fly);
        return flight;
    }

    /** A refresh that nobody forced keeps its distance from the last one; those who need it wait for both. */
    private Executor launcher(TokenSnapshot held, RefreshReason reason, Moment now) {
        Duration pause = decider.untilNextRefresh(held, now);
        if (reason == RefreshReason.REJECTED || pause.isZero()) {
            return runtime.worker();
        }
        return task -> {
            var unused = runtime.timers()
                    .schedule(() -> runtime.worker().execute(task), pause.toNanos(), TimeUnit.NANOSECONDS);
        };
    }

    private Uni<AccessToken> fly(Flight flight) {
        return exchange.run(state.get().held(), flight.reason()).chain(outcome -> switch (outcome) {
            case RefreshOutcome.Granted granted -> land(flight, granted.token());
            case RefreshOutcome.Failed failed -> crash(flight, failed);
        });
    }

    /** The refresh token is saved by now: publish the state, and only then let the waiters know. */
    private Uni<AccessToken> land(Flight flight, AccessToken token) {
        Moment now = runtime.time().now();
        LastRefresh refresh = flight.report(LastRefresh.SUCCESS, now);
        TokenState next = publish(held -> held.granted(token, refresh), TokenState.Idle::new, now);
        listener.refreshed(refresh, token, session.kept().persisted());
        flight.listener().landed(refresh, token);
        return next.held().freshness(now).usable()
                ? Uni.createFrom().item(token)
                : Uni.createFrom().failure(overAlready());
    }

    private Uni<AccessToken> crash(Flight flight, RefreshOutcome.Failed failed) {
        RefreshFailure failure = failed.failure();
        Moment now = runtime.time().now();
        LastRefresh refresh = flight.report(failure.error(), now);
        int failures = state.get().held().failures() + 1;
        Duration pause = policy.pauseAfter(failure, failures, runtime.random());
        TokenState next = publish(
                held -> held.failed(failure, refresh),
                held -> failure instanceof RefreshFailure.InvalidGrant dead
                        ? new TokenState.Dead(held, dead, failed.refused(), now)
                        : new TokenState.BackingOff(held, failure, flight.reason(), now, pause.toNanos()),
                now);
        boolean usable = next.held().freshness(now).usable();
        listener.refreshFailed(refresh, failure, pause, usable);
        flight.listener().crashed(refresh, failure, pause, usable);
        return Uni.createFrom().failure(failure.retryIn(pause));
    }

    private TokenState publish(UnaryOperator<TokenSnapshot> change, Function<TokenSnapshot, TokenState> open, Moment now) {
        TokenState next = state.updateAndGet(current -> {
            TokenSnapshot held = change.apply(current.held());
            return current instanceof TokenState.Closed ? new TokenState.Closed(held) : open.apply(held);
        });
        timer.arm(decider.nextLook(next, session.kept(), now));
        return next;
    }

    /** Somebody may have logged in again: a refresh token that nobody has called dead yet ends this state. */
    private void revive(TokenState.Dead dead) {
        session.keeper().hasAnotherThan(dead.refused()).subscribe().with(found -> {
            if (found) {
                var unused = claim(dead, RefreshReason.PROBE, runtime.time().now());
            }
        });
    }

    private static RefreshFailure overAlready() {
        return new RefreshFailure.Unavailable(
                "token_too_short", "the token's life was over when the answer arrived", false, false, null);
    }
}
