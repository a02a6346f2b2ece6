package dev.tokensidecar.exchange;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tokensidecar.exchange.ExchangeListener.ServedBy;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.Moment;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.ServerPause;
import dev.tokensidecar.token.TokenException;
import dev.tokensidecar.token.TokenHash;
import dev.tokensidecar.token.TokenRuntime;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges the credentials of callers. Callers with the same input share one request and its result. Other callers are not
 * affected by it, unless the server itself fails.
 */
public final class ExchangedTokens {

    private final ExchangeServer server;
    private final ExchangePolicy policy;
    private final TokenRuntime runtime;
    private final ExchangeListener listener;
    private final ConcurrencyLimit limit;
    private final ServerPause pause;
    private final Cache<ExchangeKey, ExchangeResult> results;
    private final Map<ExchangeKey, SharedExchange> flights = new ConcurrentHashMap<>();
    private final AtomicInteger waiters = new AtomicInteger();

    public ExchangedTokens(
            ExchangeServer server, ExchangePolicy policy, TokenRuntime runtime, ExchangeListener listener) {
        this.server = server;
        this.policy = policy;
        this.runtime = runtime;
        this.listener = listener;
        this.limit = new ConcurrencyLimit(policy.maxConcurrent());
        this.pause = new ServerPause(policy.lifetimes().backOff(), runtime.random());
        this.results = boundedCache(policy.cacheBytes(), listener);
    }

    /** Evicts on the thread that adds, so that the bound holds at any moment. */
    static Cache<ExchangeKey, ExchangeResult> boundedCache(long bytes, ExchangeListener listener) {
        return Caffeine.newBuilder()
                .maximumWeight(bytes)
                .weigher((ExchangeKey key, ExchangeResult result) -> result.bytes())
                .evictionListener((key, result, cause) -> listener.evicted())
                .executor(Runnable::run)
                .build();
    }

    /**
     * Serves a caller.
     *
     * @return a token, or a {@link TokenException}; cancelling it ends this caller's wait and nothing else
     */
    public Uni<AccessToken> token(ExchangeRequest request, Duration maxWait) {
        return Uni.createFrom().deferred(() -> find(request, maxWait));
    }

    /** Returns the token that is in the cache; null if there is none. Then call {@link #token}. */
    public @Nullable AccessToken fresh(ExchangeRequest request) {
        ExchangeResult known = usable(request.key());
        if (known == null || known.token() == null) {
            return null;
        }
        listener.called(ServedBy.CACHE);
        return known.token();
    }

    /**
     * Serves a caller whose token an API has rejected. Causes a new exchange, unless there is a newer token already.
     *
     * @return another token, or a {@link TokenException}: {@link TokenException.RejectedAgain} if the token was renewed for that
     *     reason a moment ago
     */
    public Uni<AccessToken> tokenAfterRejection(ExchangeRequest request, TokenHash rejected, Duration maxWait) {
        return Uni.createFrom().deferred(() -> {
            Duration tooSoon = reject(request, rejected);
            return tooSoon.isPositive()
                    ? Uni.createFrom().failure(new TokenException.RejectedAgain(tooSoon))
                    : find(request, maxWait);
        });
    }

    private Uni<AccessToken> find(ExchangeRequest request, Duration maxWait) {
        ExchangeKey key = request.key();
        ExchangeResult known = usable(key);
        if (known != null) {
            listener.called(known.failure() == null ? ServedBy.CACHE : ServedBy.REJECTION);
            return known.uni();
        }
        if (waiters.incrementAndGet() > policy.maxWaiters()) {
            waiters.decrementAndGet();
            return Uni.createFrom().failure(new TokenException.TooManyWaiters(policy.maxWaiters()));
        }
        SharedExchange own = new SharedExchange();
        SharedExchange flight =
                flights.compute(key, (same, running) -> running != null && running.join() ? running : own);
        listener.called(flight == own ? ServedBy.REQUEST : ServedBy.SHARED);
        if (flight == own) {
            start(key, request, own);
        }
        return await(key, flight, maxWait);
    }

    private @Nullable ExchangeResult usable(ExchangeKey key) {
        ExchangeResult result = results.getIfPresent(key);
        return result != null && result.isUsable(runtime.time().now(), policy) ? result : null;
    }

    /** Whoever has removed a flight has stored its result before, so a new flight looks once more. */
    private void start(ExchangeKey key, ExchangeRequest request, SharedExchange flight) {
        ExchangeResult known = usable(key);
        if (known != null) {
            flights.remove(key, flight);
            known.complete(flight);
            return;
        }
        limit.enter(flight, () -> run(key, request, flight));
    }

    private void run(ExchangeKey key, ExchangeRequest request, SharedExchange flight) {
        if (!flight.begin()) {
            limit.leave();
            return;
        }
        Uni.createFrom()
                .deferred(() -> send(key, request))
                .onTermination()
                .invoke(limit::leave)
                .subscribe()
                .with(result -> end(key, flight, result), defect -> end(key, flight, defect));
    }

    private Uni<ExchangeResult> send(ExchangeKey key, ExchangeRequest request) {
        Moment sent = runtime.time().now();
        RefreshFailure paused = pause.current(sent);
        if (paused != null) {
            return Uni.createFrom().item(ExchangeResult.failed(paused, sent, false));
        }
        ExchangeObserver observer = listener.exchangeStarting();
        return server.exchange(request)
                .map(exchanged -> granted(key, exchanged, sent, observer))
                .onFailure(RefreshFailure.class)
                .recoverWithItem(failure -> failed(failure, sent, observer));
    }

    private ExchangeResult granted(
            ExchangeKey key, ExchangeServer.Exchanged exchanged, Moment sent, ExchangeObserver observer) {
        pause.responded(sent);
        observer.succeeded(runtime.time().now().since(sent));
        Duration longest = exchanged.subjectLifetime();
        // the server has accepted a token that is over by this clock: its result serves those who wait, and nobody
        // after them
        boolean over = longest != null && !longest.isPositive();
        AccessToken token =
                AccessToken.of(exchanged.response(), over ? null : longest, policy.lifetimes(), sent, runtime.random());
        ExchangeResult previous = results.getIfPresent(key);
        return ExchangeResult.granted(token, previous == null ? null : previous.rejectedAt(), !over);
    }

    private ExchangeResult failed(RefreshFailure failure, Moment sent, ExchangeObserver observer) {
        Moment now = runtime.time().now();
        boolean sparesOthers = CallerFailures.sparesOthers(failure);
        observer.failed(failure, now.since(sent));
        if (sparesOthers) {
            pause.responded(sent);
        } else {
            pause.failed(failure, sent, now);
        }
        return ExchangeResult.failed(failure, now, sparesOthers);
    }

    private void end(ExchangeKey key, SharedExchange flight, ExchangeResult result) {
        if (result.isKept()) {
            results.put(key, result);
        }
        flights.remove(key, flight);
        result.complete(flight);
    }

    private void end(ExchangeKey key, SharedExchange flight, Throwable defect) {
        flights.remove(key, flight);
        flight.fail(defect);
    }

    private Uni<AccessToken> await(ExchangeKey key, SharedExchange flight, Duration maxWait) {
        // a caller that does not want to wait still starts the request, if there is room
        Duration positive = maxWait.isZero() ? Duration.ofMillis(1) : maxWait;
        return flight.token()
                .ifNoItem()
                .after(positive)
                .on(runtime.timers())
                .fail()
                .onFailure(TimeoutException.class)
                .transform(late -> TokenException.DeadlineExceeded.ofExchange(maxWait))
                .onTermination()
                .invoke(() -> leave(key, flight));
    }

    private void leave(ExchangeKey key, SharedExchange flight) {
        waiters.decrementAndGet();
        if (flight.leave()) {
            flights.remove(key, flight);
            limit.withdraw(flight);
        }
    }

    /**
     * Drops a token that an API has rejected, so that the next caller with that input causes a new exchange.
     *
     * @throws TokenException.RejectedAgain if the token was renewed for that reason a moment ago
     */
    public void reject(TokenHash rejected) {
        Duration tooSoon = Duration.ZERO;
        for (Map.Entry<ExchangeKey, ExchangeResult> entry : results.asMap().entrySet()) {
            if (entry.getValue().isToken(rejected)) {
                Duration left = drop(entry.getKey(), entry.getValue());
                tooSoon = left.isPositive() ? left : tooSoon;
            }
        }
        if (tooSoon.isPositive()) {
            throw new TokenException.RejectedAgain(tooSoon);
        }
    }

    /**
     * Drops a token that an API has rejected, as the result of this request only.
     *
     * @return how long the token is kept all the same, because it replaced a rejected one a moment ago; zero if it is not kept
     */
    public Duration reject(ExchangeRequest request, TokenHash rejected) {
        ExchangeKey key = request.key();
        ExchangeResult result = results.getIfPresent(key);
        return result != null && result.isToken(rejected) ? drop(key, result) : Duration.ZERO;
    }

    /** Returns how long the token is kept all the same, because it replaced a rejected one a moment ago. */
    private Duration drop(ExchangeKey key, ExchangeResult result) {
        Moment now = runtime.time().now();
        Duration left = result.untilRejectable(now, policy.lifetimes().rejectedInterval());
        if (!left.isPositive() && results.asMap().replace(key, result, result.rejected(now))) {
            listener.rejectionReported();
        }
        return left.isPositive() ? left : Duration.ZERO;
    }

    /** Returns how many results are in memory. */
    public long cached() {
        return results.estimatedSize();
    }

    /** Returns how many callers wait now. */
    public int waiting() {
        return waiters.get();
    }

    /** Returns how many requests run now. */
    public int running() {
        return limit.running();
    }
}
