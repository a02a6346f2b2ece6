package dev.tokensidecar.introspection;

import dev.tokensidecar.introspection.IntrospectionListener.FetchCause;
import dev.tokensidecar.token.Moment;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.InvalidResponse;
import dev.tokensidecar.token.RefreshFailure.Unavailable;
import dev.tokensidecar.token.SharedResult;
import dev.tokensidecar.token.TokenRuntime;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one issuer: fetched at the start and ahead of time, kept while a fetch fails, and fetched once more for a key
 * that is not known. At most one fetch runs at a time, and all callers share it. Thread-safe.
 */
public final class IssuerKeys {

    private record Fetched(KeySet keys, Moment at) {}

    private final String issuer;
    private final KeySetSource source;
    private final KeyPolicy policy;
    private final TokenRuntime runtime;
    private final IntrospectionListener listener;

    /** Read without the lock by every check. */
    private volatile @Nullable Fetched fetched;

    private @Nullable SharedResult<KeySet> running;
    private @Nullable RefreshFailure failure;
    private @Nullable Moment pausedSince;
    private Duration pause = Duration.ZERO;
    private int failuresInARow;
    private @Nullable Moment searchedAt;
    private @Nullable ScheduledFuture<?> next;

    /**
     * Fetches nothing before {@link #start}.
     *
     * @param issuer the configured name
     */
    public IssuerKeys(
            String issuer,
            KeySetSource source,
            KeyPolicy policy,
            TokenRuntime runtime,
            IntrospectionListener listener) {
        this.issuer = issuer;
        this.source = source;
        this.policy = policy;
        this.runtime = runtime;
        this.listener = listener;
    }

    /** Fetches the keys, and again ahead of time from then on. */
    public void start() {
        synchronized (this) {
            if (running != null) {
                return;
            }
            running = new SharedResult<>();
        }
        run(FetchCause.SCHEDULE);
    }

    /** Returns the keys; null if there are none that may still be used, and a caller has to {@linkplain #fetch() wait}. */
    @Nullable KeySet known() {
        Moment now = runtime.time().now();
        Fetched known = fetched;
        if (known == null) {
            return null;
        }
        Duration age = now.since(known.at);
        if (age.compareTo(policy.maxAge()) >= 0) {
            return null;
        }
        if (age.compareTo(policy.refresh()) >= 0) {
            // the timer is late, because the machine was suspended: nobody waits for this fetch
            var unused = fetch(now);
        }
        return known.keys;
    }

    /**
     * Fetches the keys, or waits for the fetch that runs.
     *
     * @return fails with a {@link RefreshFailure} if none can be fetched now; comes on the thread that completes the fetch
     */
    Uni<KeySet> fetch() {
        return fetch(runtime.time().now());
    }

    private Uni<KeySet> fetch(Moment now) {
        SharedResult<KeySet> flight;
        synchronized (this) {
            if (running != null) {
                return running.uni();
            }
            RefreshFailure paused = paused(now);
            if (paused != null) {
                return Uni.createFrom().failure(paused);
            }
            flight = new SharedResult<>();
            running = flight;
        }
        run(FetchCause.SCHEDULE);
        return flight.uni();
    }

    /**
     * Looks for a key that is not among these: fetches the keys if nobody has done so for this reason in the last minute.
     *
     * @return the same keys if there is nothing newer; fails with a {@link RefreshFailure} if nobody could look
     */
    Uni<KeySet> newerThan(KeySet seen) {
        Moment now = runtime.time().now();
        SharedResult<KeySet> flight;
        synchronized (this) {
            if (running != null) {
                return running.uni();
            }
            if (fetched != null && fetched.keys != seen) {
                return Uni.createFrom().item(fetched.keys);
            }
            RefreshFailure paused = paused(now);
            if (paused != null) {
                return Uni.createFrom().failure(paused);
            }
            if (searchedAt != null && now.since(searchedAt).compareTo(policy.searchInterval()) < 0) {
                return Uni.createFrom().item(seen);
            }
            searchedAt = now;
            flight = new SharedResult<>();
            running = flight;
        }
        run(FetchCause.UNKNOWN_KEY);
        return flight.uni();
    }

    /** Returns why no request may be sent now; null if one may. */
    private @Nullable RefreshFailure paused(Moment now) {
        if (failure == null || pausedSince == null) {
            return null;
        }
        Duration left = pause.minus(now.since(pausedSince));
        return left.isPositive() ? unavailable(failure, left) : null;
    }

    /** Whatever the reason is: an application that asks again later may get an answer. */
    private Unavailable unavailable(RefreshFailure cause, Duration left) {
        return new Unavailable(
                "keys_unavailable", "the keys of the issuer cannot be fetched: " + cause.detail(), false, false, left);
    }

    /** A worker fetches, never a caller's request. */
    private void run(FetchCause cause) {
        runtime.worker()
                .execute(() -> Uni.createFrom()
                        .deferred(source::fetch)
                        .map(IssuerKeys::read)
                        .onFailure(InvalidResponse.class)
                        .invoke(source::unusable)
                        .subscribe()
                        .with(keys -> succeeded(cause, keys), failed -> failed(cause, failed)));
    }

    private static KeySet read(String json) {
        KeySet keys = KeySet.parse(json);
        if (keys == null) {
            throw new InvalidResponse("the response of the issuer is not a JWK set");
        }
        if (keys.size() == 0) {
            throw new InvalidResponse("the JWK set of the issuer has no key that verifies signatures");
        }
        return keys;
    }

    private void succeeded(FetchCause cause, KeySet keys) {
        SharedResult<KeySet> flight;
        synchronized (this) {
            fetched = new Fetched(keys, runtime.time().now());
            failure = null;
            pausedSince = null;
            failuresInARow = 0;
            flight = ended(policy.refresh());
        }
        listener.keysFetched(issuer, cause, keys.size(), null);
        flight.complete(keys);
    }

    private void failed(FetchCause cause, Throwable defect) {
        RefreshFailure reason = defect instanceof RefreshFailure known
                ? known
                : Unavailable.unprocessed(
                        "internal_error", "unexpected " + defect.getClass().getName());
        SharedResult<KeySet> flight;
        Duration left;
        Fetched kept;
        synchronized (this) {
            failuresInARow++;
            failure = reason;
            pausedSince = runtime.time().now();
            pause = policy.backOff().pause(reason, failuresInARow, runtime.random());
            left = pause;
            kept = fetched;
            searchedAt = null; // nobody has looked; the pause limits the next search
            flight = ended(pause);
        }
        listener.keysFetched(issuer, cause, kept == null ? 0 : kept.keys.size(), reason);
        flight.fail(unavailable(reason, left));
    }

    private SharedResult<KeySet> ended(Duration untilNext) {
        SharedResult<KeySet> flight = running;
        if (flight == null) {
            throw new IllegalStateException("no fetch was running");
        }
        running = null;
        if (next != null) {
            next.cancel(false);
        }
        next = runtime.timers().schedule(this::start, Math.max(1, untilNext.toMillis()), TimeUnit.MILLISECONDS);
        return flight;
    }

    /** Returns how old the keys are; null if there are none. */
    public @Nullable Duration age() {
        Fetched known = fetched;
        return known == null ? null : runtime.time().now().since(known.at);
    }

    /** Returns how many keys verify signatures now. */
    public int size() {
        Fetched known = fetched;
        return known == null ? 0 : known.keys.size();
    }
}
