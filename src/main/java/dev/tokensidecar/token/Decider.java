package dev.tokensidecar.token;

import dev.tokensidecar.token.TokenState.BackingOff;
import dev.tokensidecar.token.TokenState.Closed;
import dev.tokensidecar.token.TokenState.Dead;
import dev.tokensidecar.token.TokenState.Idle;
import dev.tokensidecar.token.TokenState.Refreshing;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The rules, as pure functions of state and time. The order of the checks matters: a late report of a replaced token is
 * an ordinary request; a report of the current token joins a refresh in flight before the storm gate can reject it. The
 * next checks are for a usable token, an invalid refresh token, a back-off and, last, the right to start a refresh.
 */
final class Decider {

    /** The longest sleep of the timer: timers stop while a machine is suspended, but the wall clock does not. */
    static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private static final Duration SHORTEST_SLEEP = Duration.ofMillis(10);
    /** How often a process that cannot continue without the store reads it. */
    static final Duration STORE_CHECK = Duration.ofSeconds(5);

    /** When a dead session looks for a refresh token that the store has reported. */
    static final Duration LOOK_WITHIN = Duration.ofSeconds(1);

    private final RefreshPolicy policy;

    Decider(RefreshPolicy policy) {
        this.policy = policy;
    }

    /**
     * Returns the current token if it is fresh, whatever the refresher is doing. Allocates nothing.
     *
     * @return null if the request needs a {@linkplain #decide decision}
     */
    static @Nullable AccessToken fresh(TokenState state, long nanos, long epochMillis) {
        AccessToken token = state.snapshot().token();
        boolean fresh = token != null && token.validity().freshness(nanos, epochMillis) == Freshness.FRESH;
        return fresh ? token : null;
    }

    Decision decide(TokenState state, TokenRequest request, Moment now) {
        TokenSnapshot snapshot = state.snapshot();
        AccessToken token = snapshot.token();
        Freshness freshness = snapshot.freshness(now);
        if (freshness.usable() && snapshot.isCurrent(request.rejected())) {
            return replace(state, now);
        }
        if (token == null || !freshness.usable()) {
            return obtain(state, freshness == Freshness.NONE ? RefreshReason.STARTUP : RefreshReason.EXPIRED, now);
        }
        if (needsLongerLifetime(token, request.minTtl(), now)) {
            return extend(state, token, now);
        }
        return freshness == Freshness.DUE && mayRefreshAhead(state, now)
                ? new Decision.ServeAndRefresh(token)
                : new Decision.Serve(token);
    }

    /** The current token was rejected: the caller gets any token but that one. */
    private Decision replace(TokenState state, Moment now) {
        if (!(state instanceof Refreshing)) {
            Duration gate = TokenSnapshot.left(
                    policy.rejectedInterval(), state.snapshot().lastRejected(), now);
            if (!gate.isZero()) {
                return new Decision.Fail(new TokenException.RejectedAgain(gate));
            }
        }
        return obtain(state, RefreshReason.REJECTED, now);
    }

    private static Decision obtain(TokenState state, RefreshReason reason, Moment now) {
        return switch (state) {
            case Refreshing refreshing -> new Decision.Join(refreshing.flight());
            case Dead dead -> new Decision.Fail(dead.failure());
            case Closed closed -> new Decision.Fail(RefreshFailure.Unavailable.shuttingDown());
            case BackingOff backingOff
            when backingOff.leftNanos(now) > 0 ->
                new Decision.Fail(backingOff.failure().retryIn(Duration.ofNanos(backingOff.leftNanos(now))));
            case BackingOff over -> new Decision.Start(reason);
            case Idle idle -> new Decision.Start(reason);
        };
    }

    /** The usable token expires too soon for this caller. It is still the best one if no refresh can start now. */
    private Decision extend(TokenState state, AccessToken token, Moment now) {
        Decision decision = obtain(state, RefreshReason.MIN_TTL, now);
        boolean useless =
                decision instanceof Decision.Fail || (decision instanceof Decision.Start && !mayExtend(state, now));
        return useless ? new Decision.Serve(token) : decision;
    }

    /**
     * The storm gate limits this too: a {@code min_ttl} just below the lifetime would otherwise renew every token that is a
     * few seconds old. These refreshes do not close the gate for reports, or one caller's {@code min_ttl} could have the
     * report of another caller rejected.
     */
    private boolean mayExtend(TokenState state, Moment now) {
        TokenSnapshot snapshot = state.snapshot();
        return untilNextRefresh(snapshot, now).isZero()
                && TokenSnapshot.left(policy.rejectedInterval(), snapshot.lastForced(), now)
                        .isZero();
    }

    /** At most once per generation: a token that was renewed for this reason and is still too short stays too short. */
    private static boolean needsLongerLifetime(AccessToken token, Duration minTtl, Moment now) {
        if (minTtl.isZero() || token.remaining(now).compareTo(minTtl) >= 0) {
            return false;
        }
        boolean alwaysShorter = token.validity().lifetimeNanos() < minTtl.toNanos();
        return !(alwaysShorter && token.obtainedFor() == RefreshReason.MIN_TTL);
    }

    private boolean mayRefreshAhead(TokenState state, Moment now) {
        return switch (state) {
            case Idle idle -> untilNextRefresh(idle.snapshot(), now).isZero();
            case BackingOff backingOff -> backingOff.leftNanos(now) == 0;
            case Refreshing refreshing -> false;
            case Dead dead -> false;
            case Closed closed -> false;
        };
    }

    /** How long a refresh that nobody forced has to wait, so that short lifetimes and odd clocks never cause a loop. */
    Duration untilNextRefresh(TokenSnapshot snapshot, Moment now) {
        return TokenSnapshot.left(policy.minInterval(), snapshot.lastSuccess(), now);
    }

    /** Why a refresh has to start without a request from a caller; null if none has to. */
    @Nullable RefreshReason due(TokenState state, RefreshTokenState refreshToken, Moment now) {
        return switch (state) {
            case Refreshing refreshing -> null;
            case Closed closed -> null;
            case BackingOff backingOff -> backingOff.leftNanos(now) == 0 ? backingOff.reason() : null;
            case Dead dead -> probeLeft(dead, now).isZero() ? RefreshReason.PROBE : null;
            case Idle idle ->
                untilNextRefresh(idle.snapshot(), now).isZero()
                        ? dueWhenIdle(idle.snapshot(), refreshToken, now)
                        : null;
        };
    }

    private @Nullable RefreshReason dueWhenIdle(TokenSnapshot snapshot, RefreshTokenState refreshToken, Moment now) {
        return switch (snapshot.freshness(now)) {
            case NONE -> RefreshReason.STARTUP;
            case DUE -> RefreshReason.AHEAD_OF_EXPIRY;
            case EXPIRED -> RefreshReason.EXPIRED;
            case FRESH -> untilKeepAlive(refreshToken, now).isZero() ? RefreshReason.KEEP_ALIVE : null;
        };
    }

    /** When to check again, whether or not a refresh will be due then. */
    Duration untilNextCheck(TokenState state, RefreshTokenState refreshToken, Moment now) {
        Duration next = switch (state) {
            case Refreshing refreshing -> HEARTBEAT;
            case Closed closed -> HEARTBEAT;
            case BackingOff backingOff -> Duration.ofNanos(backingOff.leftNanos(now));
            case Dead dead -> probeLeft(dead, now);
            case Idle idle -> untilRefresh(idle.snapshot(), refreshToken, now);
        };
        boolean storeMatters = state instanceof Dead || refreshToken.needsSaving();
        Duration latest = storeMatters ? STORE_CHECK : HEARTBEAT;
        return longer(SHORTEST_SLEEP, shorter(latest, next));
    }

    /** When an idle refresher has to refresh. */
    Duration untilRefresh(TokenSnapshot snapshot, RefreshTokenState refreshToken, Moment now) {
        AccessToken token = snapshot.token();
        Duration untilDue = token == null ? Duration.ZERO : token.validity().untilDue(now);
        return longer(untilNextRefresh(snapshot, now), shorter(untilDue, untilKeepAlive(refreshToken, now)));
    }

    /** Uses both clocks: the refresh token expires by the clock of the server, even while this machine is suspended. */
    private Duration untilKeepAlive(RefreshTokenState refreshToken, Moment now) {
        RefreshToken token = refreshToken.token();
        return token == null
                ? RefreshPolicy.LONGEST_LIFETIME
                : TokenSnapshot.left(policy.keepAliveAfter(token), refreshToken.usedAt(), now);
    }

    /** When a refresh starts after one has failed; null if none does. */
    @Nullable Instant retryAt(TokenState state, Moment now) {
        return switch (state) {
            case BackingOff backingOff -> now.instant().plusNanos(backingOff.leftNanos(now));
            case Dead dead
            when !policy.probeInterval().isZero() -> now.instant().plus(probeLeft(dead, now));
            case Dead dead -> null;
            case Idle idle -> null;
            case Refreshing refreshing -> null;
            case Closed closed -> null;
        };
    }

    private Duration probeLeft(Dead dead, Moment now) {
        return policy.probeInterval().isZero()
                ? HEARTBEAT
                : TokenSnapshot.left(policy.probeInterval(), dead.since(), now);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }
}
