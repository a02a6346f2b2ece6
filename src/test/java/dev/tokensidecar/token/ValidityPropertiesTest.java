package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.RepeatableProperty;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.WithNull;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

/** The arithmetic of lifetimes, for every lifetime of a server and every combination of two clocks. */
@Domain(AnyLifetime.class)
@Domain(DomainContext.Global.class)
class ValidityPropertiesTest {

    @RepeatableProperty
    void theMarginsFitIntoTheLifetime(
            @ForAll RefreshPolicy policy,
            @ForAll @WithNull Duration granted,
            @ForAll @WithNull Duration refreshIn,
            @ForAll Moment sentAt,
            @ForAll Random random) {
        Validity validity = policy.validity(granted, refreshIn, sentAt, random);

        assertThat(validity.lifetimeNanos()).isBetween(1L, AnyLifetime.LONGEST.toNanos());
        assertThat(validity.dueNanos()).isBetween(0L, validity.lifetimeNanos() / 2);
        assertThat(validity.minUsableNanos()).isBetween(0L, validity.dueNanos());
    }

    @RepeatableProperty
    void theElapsedTimeIsThatOfTheFasterClock(@ForAll Moment from, @ForAll Moment now) {
        BigInteger byWallClock = BigInteger.valueOf(now.epochMillis())
                .subtract(BigInteger.valueOf(from.epochMillis()))
                .multiply(BigInteger.valueOf(1_000_000));
        BigInteger passed = byWallClock
                .max(BigInteger.valueOf(now.nanos() - from.nanos()))
                .max(BigInteger.ZERO)
                .min(BigInteger.valueOf(Long.MAX_VALUE));

        assertThat(now.nanosSince(from)).isEqualTo(passed.longValueExact());
        assertThat(now.since(from)).isEqualTo(Duration.ofNanos(passed.longValueExact()));
    }

    @RepeatableProperty
    void noClockExtendsALifetime(@ForAll AccessToken token, @ForAll Moment now) {
        Validity validity = token.validity();

        assertThat(validity.remainingNanos(now)).isLessThanOrEqualTo(validity.lifetimeNanos());
        assertThat(token.remaining(now)).isBetween(Duration.ZERO, Duration.ofNanos(validity.lifetimeNanos()));
        assertThat(validity.untilDue(now)).isBetween(Duration.ZERO, token.remaining(now));
        assertThat(token.expiresAt(now))
                .isBeforeOrEqualTo(validity.from().instant().plusNanos(validity.lifetimeNanos()))
                .isBeforeOrEqualTo(now.instant().plus(token.remaining(now)));
    }

    @RepeatableProperty
    void theRemainingLifetimeOnlyDecreases(
            @ForAll AccessToken token,
            @ForAll @LongRange(max = Long.MAX_VALUE / 2) long before,
            @ForAll @LongRange(max = Long.MAX_VALUE / 2) long meanwhile) {
        Validity validity = token.validity();
        Moment earlier = later(validity.from(), before);
        Moment later = later(earlier, meanwhile);

        assertThat(validity.remainingNanos(later)).isLessThanOrEqualTo(validity.remainingNanos(earlier));
        assertThat(validity.freshness(later)).isGreaterThanOrEqualTo(validity.freshness(earlier));
    }

    @RepeatableProperty
    void aRefreshTokenIsKeptAliveInTheLastThirdOfItsLifetime(
            @ForAll RefreshPolicy policy, @ForAll RefreshToken refreshToken) {
        Duration after = policy.keepAliveAfter(refreshToken);

        Instant end = refreshToken.expiresAt();
        if (end == null) {
            assertThat(after).isEqualTo(RefreshPolicy.LONGEST_LIFETIME);
        } else if (end.isAfter(refreshToken.receivedAt())) {
            Duration lifetime = Duration.between(refreshToken.receivedAt(), end);
            assertThat(after).isBetween(lifetime.multipliedBy(2).dividedBy(3), lifetime);
            assertThat(lifetime.minus(after)).isLessThanOrEqualTo(policy.ahead());
        }
    }

    private static Moment later(Moment moment, long nanos) {
        return new Moment(moment.nanos() + nanos, moment.epochMillis() + nanos / 1_000_000);
    }
}
