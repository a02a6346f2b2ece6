package dev.tokensidecar.token;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The numbers that decide when a token is renewed. Nothing here changes or remembers anything.
 *
 * @param ahead renew this long before the end (also called skew, leeway or safety window); at most a third of the life
 * @param jitter renew earlier by up to this fraction of the life, drawn once per token
 * @param minRemaining never hand out a token with less life than this; shorter for short-lived tokens
 * @param minInterval least time between a successful refresh and the next one that no caller forced
 * @param rejectedInterval least time between two refreshes that callers forced by reporting a rejection
 * @param defaultLife life of a token whose answer does not tell it
 * @param probeInterval how often a dead refresh token is tried again; zero for never
 * @param timeout limit of one refresh, from its first byte to its last
 * @param backOff what follows a failure
 */
public record RefreshPolicy(
        Duration ahead,
        double jitter,
        Duration minRemaining,
        Duration minInterval,
        Duration rejectedInterval,
        Duration defaultLife,
        Duration probeInterval,
        Duration timeout,
        BackOff backOff) {

    /** Nobody means a longer life than this; also keeps every sum of nanoseconds within a long. */
    static final Duration LONGEST_LIFE = Duration.ofDays(3650);

    /**
     * When a token is due and when it is over.
     *
     * @param refreshIn when the server would like it to be renewed: earlier than {@code ahead} says, but not before half of
     *     its life; null for no wish
     */
    Validity validity(
            @Nullable Duration grantedLife, @Nullable Duration refreshIn, Moment sentAt, RandomGenerator random) {
        long life = lifeNanos(grantedLife);
        long window = Math.min(ahead.toNanos(), life / 3);
        long wished = refreshIn == null || !refreshIn.isPositive() ? 0 : life - Math.min(life, nanos(refreshIn));
        long due = Math.min(life / 2, Math.max(window, wished) + (long) (random.nextDouble() * jitter * life));
        long minUsable = Math.min(minRemaining.toNanos(), Math.min(window / 2, life / 4));
        return new Validity(sentAt, life, due, minUsable);
    }

    private long lifeNanos(@Nullable Duration granted) {
        if (granted == null || !granted.isPositive()) {
            return defaultLife.toNanos();
        }
        return nanos(granted);
    }

    private static long nanos(Duration positive) {
        return positive.compareTo(LONGEST_LIFE) > 0 ? LONGEST_LIFE.toNanos() : positive.toNanos();
    }

    /** How long the authorization server is left alone; a dead refresh token is tried again by probes only. */
    Duration pauseAfter(RefreshFailure failure, int failuresInARow, RandomGenerator random) {
        return switch (failure) {
            case RefreshFailure.InvalidGrant dead -> probeInterval;
            case RefreshFailure.AuthorizationPending pending -> pending.interval();
            default -> backOff.pause(failure, failuresInARow, random);
        };
    }

    /** How long after it was received a refresh token is used to get a new one, lest it end unused. */
    Duration keepAliveAfter(RefreshToken refreshToken) {
        if (refreshToken.expiresAt() == null) {
            return LONGEST_LIFE;
        }
        Duration life = Duration.between(refreshToken.receivedAt(), refreshToken.expiresAt());
        Duration third = life.dividedBy(3);
        return life.minus(ahead.compareTo(third) < 0 ? ahead : third);
    }
}
