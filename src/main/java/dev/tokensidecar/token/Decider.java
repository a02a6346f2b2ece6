package dev.tokensidecar.token;

import dev.tokensidecar.token.TokenState.BackingOff;
import dev.tokensidecar.token.TokenState.Closed;
import dev.tokensidecar.token.TokenState.Dead;
import dev.tokensidecar.token.TokenState.Idle;
import dev.tokensidecar.token.TokenState.Refreshing;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The rules, as pure functions of state and time. The order of the checks matters: a late report of a replaced token is
 * an ordinary request; a report of the current token joins a refresh before the storm gate can turn it away; only then
 * come the usable token, the dead refresh token, the back-off and, last, the right to start a refresh.
 */
final class Decider {

    /** The longest sleep of the timer: timers stand still while a machine is suspended, the wall clock does not. */
    static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private static final Duration SHORTEST_SLEEP = Duration.ofMillis(10);
    /** How often the store is looked at by a process that cannot go on without it. */
    private static final Duration STORE_LOOK = Duration.ofSeconds(5);

    private final RefreshPolicy policy;

    Decider(RefreshPolicy policy) {
        this.policy = policy;
    }

    /**
     * The token that answers every plain question, whatever is being done about it: it is fresh. Allocates nothing.
     *
     * @return null if the question needs a {@linkplain #decide decision}
     */
    static @Nullable AccessToken fresh(TokenState state, long nanos, long epochMillis) {
        AccessToken token = state.held().token();
        boolean fresh = token != null && token.validity().freshness(nanos, epochMillis) == Freshness.FRESH;
        return fresh ? token : null;
    }

    Decision decide(TokenState state, TokenRequest request, Moment now) {
        TokenSnapshot held = state.held();
        AccessToken token = held.token();
        Freshness freshness = held.freshness(now);
        if (freshness.usable() && held.isCurrent(request.rejected())) {
            return replace(state, now);
        }
        if (token == null || !freshness.usable()) {
            return obtain(state, freshness == Freshness.NONE ? RefreshReason.STARTUP : RefreshReason.EXPIRED, now);
        }
        if (wantsLonger(token, request.minTtl(), now)) {
            return lengthen(state, token, now);
        }
        return freshness == Freshness.DUE && mayRefreshAhead(state, now)
                ? new Decision.ServeAndRefresh(token)
                : new Decision.Serve(token);
    }

    /** The current token was rejected: anything but that token. */
    private Decision replace(TokenState state, Moment now) {
        if (!(state instanceof Refreshing)) {
            Duration gate = TokenSnapshot.left(policy.rejectedInterval(), state.held().lastRejected(), now);
            if (!gate.isZero()) {
                return new Decision.Refuse(new TokenException.RejectedAgain(gate));
            }
        }
        return obtain(state, RefreshReason.REJECTED, now);
    }

    private static Decision obtain(TokenState state, RefreshReason reason, Moment now) {
        return switch (state) {
            case Refreshing refreshing -> new Decision.Join(refreshing.flight());
            case Dead dead -> new Decision.Refuse(dead.failure());
            case Closed closed -> new Decision.Refuse(shuttingDown());
            case BackingOff backingOff
            when backingOff.leftNanos(now) > 0 ->
                new Decision.Refuse(backingOff.failure().retryIn(Duration.ofNanos(backingOff.leftNanos(now))));
            case BackingOff over -> new Decision.Start(reason);
            case Idle idle -> new Decision.Start(reason);
        };
    }

    /** A usable token lives too short for this caller: where nothing longer is to be had, it is the best there is. */
    private Decision lengthen(TokenState state, AccessToken token, Moment now) {
        Decision decision = obtain(state, RefreshReason.MIN_TTL, now);
        boolean useless =
                decision instanceof Decision.Refuse || (decision instanceof Decision.Start && !mayLengthen(state, now));
        return useless ? new Decision.Serve(token) : decision;
    }

    /**
     * The storm gate holds here too: a {@code min_ttl} just below the life would otherwise renew every token as soon as it
     * is a few seconds old. It does not hold the other way round, or one caller's {@code min_ttl} could have the report of
     * another one refused.
     */
    private boolean mayLengthen(TokenState state, Moment now) {
        TokenSnapshot held = state.held();
        return untilNextRefresh(held, now).isZero()
                && TokenSnapshot.left(policy.rejectedInterval(), held.lastForced(), now).isZero();
    }

    /** Once per generation: a token that was renewed for this very reason and is still too short will stay so. */
    private static boolean wantsLonger(AccessToken token, Duration minTtl, Moment now) {
        if (minTtl.isZero() || token.remaining(now).compareTo(minTtl) >= 0) {
            return false;
        }
        boolean alwaysShorter = token.validity().lifeNanos() < minTtl.toNanos();
        return !(alwaysShorter && token.obtainedFor() == RefreshReason.MIN_TTL);
    }

    private boolean mayRefreshAhead(TokenState state, Moment now) {
        return switch (state) {
            case Idle idle -> untilNextRefresh(idle.held(), now).isZero();
            case BackingOff backingOff -> backingOff.leftNanos(now) == 0;
            case Refreshing refreshing -> false;
            case Dead dead -> false;
            case Closed closed -> false;
        };
    }

    /** How long a refresh that nobody forced has to wait so that short lives and odd clocks never make a loop. */
    Duration untilNextRefresh(TokenSnapshot held, Moment now) {
        return TokenSnapshot.left(policy.minInterval(), held.lastSuccess(), now);
    }

    /** What is to be refreshed without anybody asking; null for nothing. */
    @Nullable RefreshReason due(TokenState state, RefreshTokenState kept, Moment now) {
        return switch (state) {
            case Refreshing refreshing -> null;
            case Closed closed -> null;
            case BackingOff backingOff -> backingOff.leftNanos(now) == 0 ? backingOff.reason() : null;
            case Dead dead -> probeLeft(dead, now).isZero() ? RefreshReason.PROBE : null;
            case Idle idle -> untilNextRefresh(idle.held(), now).isZero() ? dueWhenIdle(idle.held(), kept, now) : null;
        };
    }

    private @Nullable RefreshReason dueWhenIdle(TokenSnapshot held, RefreshTokenState kept, Moment now) {
        return switch (held.freshness(now)) {
            case NONE -> RefreshReason.STARTUP;
            case DUE -> RefreshReason.AHEAD_OF_EXPIRY;
            case EXPIRED -> RefreshReason.EXPIRED;
            case FRESH -> untilKeepAlive(kept, now).isZero() ? RefreshReason.KEEP_ALIVE : null;
        };
    }

    /** When to look again, whether or not there will be something to do. */
    Duration nextLook(TokenState state, RefreshTokenState kept, Moment now) {
        Duration next = switch (state) {
            case Refreshing refreshing -> HEARTBEAT;
            case Closed closed -> HEARTBEAT;
            case BackingOff backingOff -> Duration.ofNanos(backingOff.leftNanos(now));
            case Dead dead -> probeLeft(dead, now);
            case Idle idle -> untilRefresh(idle.held(), kept, now);
        };
        boolean storeMatters = state instanceof Dead || kept.needsSaving();
        Duration latest = storeMatters ? STORE_LOOK : HEARTBEAT;
        return longer(SHORTEST_SLEEP, shorter(latest, next));
    }

    /** When an idle refresher has something to do. */
    Duration untilRefresh(TokenSnapshot held, RefreshTokenState kept, Moment now) {
        AccessToken token = held.token();
        Duration untilDue = token == null ? Duration.ZERO : token.validity().untilDue(now);
        return longer(untilNextRefresh(held, now), shorter(untilDue, untilKeepAlive(kept, now)));
    }

    /** By both clocks: the refresh token ends at the server, whatever time it is here. */
    private Duration untilKeepAlive(RefreshTokenState kept, Moment now) {
        RefreshToken refreshToken = kept.token();
        return refreshToken == null
                ? RefreshPolicy.LONGEST_LIFE
                : TokenSnapshot.left(policy.keepAliveAfter(refreshToken), kept.usedAt(), now);
    }

    private Duration probeLeft(Dead dead, Moment now) {
        return policy.probeInterval().isZero() ? HEARTBEAT : TokenSnapshot.left(policy.probeInterval(), dead.since(), now);
    }

    static RefreshFailure shuttingDown() {
        return new RefreshFailure.Unavailable("shutting_down", "the sidecar is shutting down", false, false, null);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }
}
