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
 * Owns the state of one token and runs one refresh at a time. Callers, rejection reports and the timer all start a refresh
 * by the same compare-and-set, so that "a refresh is needed" and "I start it" are one atomic step.
 */
final class Refresher {

    private final Decider decider;
    private final RefreshExchange exchange;
    private final Session session;
    private final SharedTokens shared;
    private final TokenRuntime runtime;
    private final TokenListener listener;
    private final AccessTokenPublisher publisher;
    private final RefreshTimer timer;
    private final AtomicReference<TokenState> state = new AtomicReference<>(new TokenState.Idle(TokenSnapshot.EMPTY));

    Refresher(
            Decider decider,
            RefreshExchange exchange,
            Session session,
            SharedTokens shared,
            TokenRuntime runtime,
            TokenListener listener,
            AccessTokenPublisher publisher) {
        this.decider = decider;
        this.exchange = exchange;
        this.session = session;
        this.shared = shared;
        this.runtime = runtime;
        this.listener = listener;
        this.publisher = publisher;
        this.timer = new RefreshTimer(runtime.timers(), this::check);
    }

    TokenState state() {
        return state.get();
    }

    /** Returns how long it takes until the next {@link #check()}. */
    Duration untilNextCheck() {
        return timer.left();
    }

    /** Starts whatever is due and arms the timer for the next check. Also the first step after the start. */
    void check() {
        TokenState seen = state.get();
        Moment now = runtime.time().now();
        RefreshReason due = decider.due(seen, session.refreshToken(), now);
        if (due != null) {
            var unused = start(seen, due, now);
        }
        session.retrySave();
        if (seen instanceof TokenState.Dead dead) {
            revive(dead);
        }
        timer.arm(decider.untilNextCheck(state.get(), session.refreshToken(), now));
    }

    /**
     * Claims the right to refresh and starts the refresh: the only place where one begins.
     *
     * @return null if the state is no longer the one that was seen, so that somebody else decides
     */
    @Nullable Flight start(TokenState seen, RefreshReason reason, Moment now) {
        Flight flight = new Flight(reason, now, listener.refreshStarting(reason));
        if (!state.compareAndSet(seen, new TokenState.Refreshing(seen.snapshot(), flight))) {
            return null;
        }
        executor(seen.snapshot(), reason, now).execute(() -> run(flight));
        return flight;
    }

    /**
     * Delays a refresh that no report forced, if the last one was too recent. Callers that need it wait for the pause
     * and the refresh.
     */
    private Executor executor(TokenSnapshot snapshot, RefreshReason reason, Moment now) {
        Duration pause = decider.untilNextRefresh(snapshot, now);
        if (reason == RefreshReason.REJECTED || pause.isZero()) {
            return runtime.worker();
        }
        return task -> {
            var unused = runtime.timers()
                    .schedule(() -> runtime.worker().execute(task), pause.toNanos(), TimeUnit.NANOSECONDS);
        };
    }

    /** Asks the authorization server and saves the refresh token; runs outside every caller's context. */
    private void run(Flight flight) {
        var unused = exchange.run(state.get().snapshot(), flight.reason())
                .subscribe()
                .with(outcome -> finish(flight, outcome), flight::fail);
    }

    /** The refresh token has been saved. Publishes the new state, tells the observer, and releases the waiters, in this order. */
    private void finish(Flight flight, RefreshOutcome outcome) {
        try {
            switch (outcome) {
                case RefreshOutcome.Granted granted -> succeed(flight, granted.token());
                case RefreshOutcome.Adopted adopted -> adopt(flight, adopted.token());
                case RefreshOutcome.Failed failed -> fail(flight, failed);
            }
        } catch (RuntimeException defect) {
            flight.fail(defect);
            throw defect;
        }
    }

    private void succeed(Flight flight, AccessToken token) {
        Moment now = runtime.time().now();
        LastRefresh refresh = flight.report(LastRefresh.SUCCESS, now);
        publish(token, refresh, now);
        flight.observer().succeeded(refresh, token, session.refreshToken().persisted());
        complete(flight, token, now);
    }

    private void adopt(Flight flight, AccessToken token) {
        Moment now = runtime.time().now();
        LastRefresh refresh = flight.report(LastRefresh.ADOPTED, now);
        publish(token, refresh, now);
        flight.observer().adopted(refresh, token);
        complete(flight, token, now);
    }

    /** Nobody gets a token that had expired when the response arrived, neither from memory nor from a file. */
    private void publish(AccessToken token, LastRefresh refresh, Moment now) {
        var unused = publish(snapshot -> snapshot.granted(token, refresh), TokenState.Idle::new, now);
        if (token.validity().freshness(now).usable()) {
            publisher.publish(token);
        }
    }

    private static void complete(Flight flight, AccessToken token, Moment now) {
        if (token.validity().freshness(now).usable()) {
            flight.complete(token);
        } else {
            flight.fail(alreadyExpired());
        }
    }

    /**
     * Somebody else has changed the record. A newer access token is adopted, and a new refresh token revives a dead session.
     * A flight reads the record itself.
     */
    void changed(StoredRecord found) {
        TokenState seen = state.get();
        Moment now = runtime.time().now();
        AccessToken token = shared.newer(found.record(), seen.snapshot(), now);
        if (token != null && !(seen instanceof TokenState.Refreshing)) {
            adopt(found.record(), token, seen, now);
        } else if (seen instanceof TokenState.Dead dead) {
            lookSoon(dead);
        }
    }

    private void adopt(SessionRecord record, AccessToken token, TokenState seen, Moment now) {
        LastRefresh refresh =
                new LastRefresh(now.instant(), RefreshReason.AHEAD_OF_EXPIRY, LastRefresh.ADOPTED, Duration.ZERO);
        TokenSnapshot snapshot = seen.snapshot().granted(token, refresh);
        TokenState next =
                seen instanceof TokenState.Closed ? new TokenState.Closed(snapshot) : new TokenState.Idle(snapshot);
        if (state.compareAndSet(seen, next)) {
            shared.has(record);
            session.adopted(record, token.validity().from());
            timer.arm(decider.untilNextCheck(next, session.refreshToken(), now));
            publisher.publish(token);
            listener.adopted(token);
        }
    }

    private void fail(Flight flight, RefreshOutcome.Failed failed) {
        RefreshFailure failure = failed.failure();
        Moment now = runtime.time().now();
        LastRefresh refresh = flight.report(failure.error(), now);
        Duration pause = failed.pause();
        TokenState next = publish(
                snapshot -> snapshot.failed(failure, refresh),
                snapshot -> failure instanceof RefreshFailure.InvalidGrant invalid
                        ? new TokenState.Dead(snapshot, invalid, failed.invalid(), now)
                        : new TokenState.BackingOff(snapshot, failure, flight.reason(), now, pause.toNanos()),
                now);
        flight.observer()
                .failed(refresh, failure, pause, next.snapshot().freshness(now).usable());
        flight.fail(failure.retryIn(pause));
    }

    private TokenState publish(
            UnaryOperator<TokenSnapshot> change, Function<TokenSnapshot, TokenState> open, Moment now) {
        TokenState next = state.updateAndGet(current -> {
            TokenSnapshot snapshot = change.apply(current.snapshot());
            return current instanceof TokenState.Closed ? new TokenState.Closed(snapshot) : open.apply(snapshot);
        });
        timer.arm(decider.untilNextCheck(next, session.refreshToken(), now));
        if (next instanceof TokenState.Dead dead) {
            lookSoon(dead);
        }
        return next;
    }

    /** Somebody has logged in again. Not all pods read the record at the same moment: one of them suffices. */
    private void lookSoon(TokenState.Dead dead) {
        if (session.hasHeardOfTokenOtherThan(dead.invalid())) {
            timer.arm(Duration.ofNanos(runtime.random().nextLong(Decider.LOOK_WITHIN.toNanos())));
        }
    }

    /** Somebody may have logged in again: a refresh token that nobody has rejected yet is worth a try. */
    private void revive(TokenState.Dead dead) {
        session.hasTokenOtherThan(dead.invalid()).subscribe().with(found -> {
            if (found) {
                var unused = start(dead, RefreshReason.PROBE, runtime.time().now());
            }
        });
    }

    /** See {@link TokenService#stop}. */
    Uni<Void> stop(Duration grace) {
        timer.stop();
        TokenState before = state.getAndUpdate(current -> new TokenState.Closed(current.snapshot()));
        return before instanceof TokenState.Refreshing refreshing
                ? await(refreshing.flight(), grace)
                : Uni.createFrom().voidItem();
    }

    private Uni<Void> await(Flight flight, Duration grace) {
        return result(flight)
                .replaceWithVoid()
                .onFailure()
                .recoverWithNull()
                .ifNoItem()
                .after(grace)
                .on(runtime.timers())
                .recoverWithUni(() -> {
                    flight.fail(RefreshFailure.Unavailable.shuttingDown());
                    return Uni.createFrom().voidItem();
                });
    }

    private static Uni<AccessToken> result(Flight flight) {
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

    private static RefreshFailure alreadyExpired() {
        return RefreshFailure.Unavailable.unprocessed(
                "token_too_short", "the access token had expired when the response arrived");
    }
}
