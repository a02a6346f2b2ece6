package dev.tokensidecar.token;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The durations that decide when a token is refreshed. Immutable and without state.
 *
 * @param ahead refresh this long before expiry (also called skew, leeway or safety window); at most a third of the lifetime
 * @param jitter refresh earlier by up to this fraction of the lifetime, drawn once per token
 * @param minRemaining never serve a token that expires sooner than this; less for short-lived tokens
 * @param minInterval minimum time between a successful refresh and the next one that no caller forced
 * @param rejectedInterval minimum time between two refreshes that rejection reports forced
 * @param defaultLifetime lifetime of a token if the response does not state it
 * @param probeInterval how often an invalid refresh token is presented again; zero for never
 * @param timeout of one refresh, from its first byte to its last
 * @param backOff the pauses after failures
 */
public record RefreshPolicy(
        Duration ahead,
        double jitter,
        Duration minRemaining,
        Duration minInterval,
        Duration rejectedInterval,
        Duration defaultLifetime,
        Duration probeInterval,
        Duration timeout,
        BackOff backOff) {

    /** The shortest and the longest pause between two looks at a store that fails, while there is no token to serve. */
    static final Duration SHORTEST_STORE_PAUSE = Duration.ofSeconds(1);

    private static final Duration LONGEST_STORE_PAUSE = Duration.ofSeconds(2);

    /** After a call without a response, whose time-out was a pause already. */
    private static final Duration LONGEST_PAUSE_AFTER_TIMEOUT = Duration.ofMillis(500);

    /** The first of the two attempts that always remain is this long before the token becomes unusable. */
    private static final Duration LAST_MOMENTS = Duration.ofSeconds(5);

    /** No server means a longer lifetime than this; also keeps every sum of nanoseconds within a long. */
    static final Duration LONGEST_LIFETIME = Duration.ofDays(3650);

    /**
     * Computes when a token is due for a refresh and when it expires.
     *
     * @param refreshIn when the server wants the refresh: earlier than {@code ahead} says, but not before half of the
     *     lifetime; null if it does not say
     */
    Validity validity(
            @Nullable Duration grantedLifetime, @Nullable Duration refreshIn, Moment sentAt, RandomGenerator random) {
        long lifetime = lifetimeNanos(grantedLifetime);
        long window = Math.min(ahead.toNanos(), lifetime / 3);
        long wished =
                refreshIn == null || !refreshIn.isPositive() ? 0 : lifetime - Math.min(lifetime, nanos(refreshIn));
        long due = Math.min(lifetime / 2, Math.max(window, wished) + (long) (random.nextDouble() * jitter * lifetime));
        long minUsable = Math.min(minRemaining.toNanos(), Math.min(window / 2, lifetime / 4));
        return new Validity(sentAt, lifetime, due, minUsable);
    }

    /**
     * Computes the same for a token that another process of the fleet has obtained. That process refreshes it first; this one
     * does so later, at a time of its own, if nothing has come by then.
     */
    Validity adopted(Duration lifetime, Moment sentAt, RandomGenerator random) {
        Validity holders = validity(lifetime, null, sentAt, random);
        double later = 0.3 + 0.5 * random.nextDouble();
        long spare = holders.dueNanos() - holders.minUsableNanos();
        return new Validity(
                sentAt,
                holders.lifetimeNanos(),
                holders.minUsableNanos() + (long) (later * spare),
                holders.minUsableNanos());
    }

    private long lifetimeNanos(@Nullable Duration granted) {
        if (granted == null || !granted.isPositive()) {
            return defaultLifetime.toNanos();
        }
        return nanos(granted);
    }

    private static long nanos(Duration positive) {
        return positive.compareTo(LONGEST_LIFETIME) > 0 ? LONGEST_LIFETIME.toNanos() : positive.toNanos();
    }

    /** Returns the pause before the next refresh. Only probes present an invalid refresh token again. */
    private Duration pauseAfter(RefreshFailure failure, int failuresInARow, RandomGenerator random) {
        return switch (failure) {
            case RefreshFailure.InvalidGrant invalid -> probeInterval;
            case RefreshFailure.AuthorizationPending pending -> pending.interval();
            default -> backOff.pause(failure, failuresInARow, random);
        };
    }

    /**
     * Returns the pause after a failure of the authorization server. However long it is, one attempt remains for the last
     * moments of the token at hand, and one for its end: some servers renew a token only shortly before it expires.
     *
     * @param validity of the token at hand; null if there is none
     */
    Duration pauseAfter(
            RefreshFailure failure,
            int failuresInARow,
            @Nullable Validity validity,
            Moment now,
            RandomGenerator random) {
        Duration pause = pauseAfter(failure, failuresInARow, random);
        boolean passes = !(failure instanceof RefreshFailure.InvalidGrant)
                && !(failure instanceof RefreshFailure.AuthorizationPending);
        Duration next = passes && validity != null ? untilNextAttempt(validity, now) : null;
        return next == null || pause.compareTo(next) < 0 ? pause : next;
    }

    /** Returns the time until the next of the two attempts that always remain; null after the second. */
    private static @Nullable Duration untilNextAttempt(Validity validity, Moment now) {
        long usable = validity.untilUnusable(now).toNanos();
        long lastMoments = Math.min(LAST_MOMENTS.toNanos(), (validity.dueNanos() - validity.minUsableNanos()) / 2);
        if (usable > lastMoments) {
            return Duration.ofNanos(usable - lastMoments);
        }
        // One nanosecond more, because the token is still usable at the very end of this time.
        return usable > 0 ? Duration.ofNanos(usable + 1) : null;
    }

    /**
     * Returns the pause of a process that has heard of a failure from another one. That process tries again first; the others
     * follow later, each at a time of its own, because they would all read the record at the same moment. A short pause is too
     * short for that, so its end is spread over more time.
     *
     * @param left of the pause of the whole fleet
     */
    Duration pauseAfterOthers(Duration left, RandomGenerator random) {
        long spread = Math.max(left.toNanos() / 2, backOff.max().toNanos() / 6);
        return left.plusNanos((long) (random.nextDouble() * spread));
    }

    /**
     * Returns the pause after a failure of the store: the back-off, but no longer than the token at hand can be served, and a
     * moment. A store that is back helps callers without a token at once, and asking it costs the authorization server nothing.
     *
     * @param timedOut whether the store has not responded at all
     * @param usable how long the token at hand can still be served
     */
    Duration pauseAfterStoreFailure(
            RefreshFailure failure, boolean timedOut, int failuresInARow, Duration usable, RandomGenerator random) {
        Duration pause = pauseAfter(failure, failuresInARow, random);
        Duration shortest = timedOut ? Duration.ZERO : SHORTEST_STORE_PAUSE;
        Duration spread = (timedOut ? LONGEST_PAUSE_AFTER_TIMEOUT : LONGEST_STORE_PAUSE).minus(shortest);
        Duration longest = usable.plus(shortest).plusNanos(random.nextLong(spread.toNanos()));
        boolean shorter = failure instanceof RefreshFailure.Unavailable && longest.compareTo(pause) < 0;
        return shorter ? longest : pause;
    }

    /** Returns how long after its receipt an unused refresh token is refreshed, so that it does not expire unused. */
    Duration keepAliveAfter(RefreshToken refreshToken) {
        if (refreshToken.expiresAt() == null) {
            return LONGEST_LIFETIME;
        }
        Duration lifetime = Duration.between(refreshToken.receivedAt(), refreshToken.expiresAt());
        Duration third = lifetime.dividedBy(3);
        return lifetime.minus(ahead.compareTo(third) < 0 ? ahead : third);
    }
}
