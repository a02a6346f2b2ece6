package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.RepeatableProperty;
import java.time.Duration;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.constraints.Positive;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

/** The pause after any failure, after any number of failures. */
@Domain(AnyLifetime.class)
@Domain(DomainContext.Global.class)
class BackOffPropertiesTest {

    private static final Moment NOW = new Moment(0, 0);

    @RepeatableProperty
    void noPauseIsLongerThanItsLimit(
            @ForAll RefreshPolicy policy,
            @ForAll RefreshFailure failure,
            @ForAll @Positive int failuresInARow,
            @ForAll Random random) {
        Duration pause = policy.pauseAfter(failure, failuresInARow, null, NOW, random);

        assertThat(pause).isBetween(Duration.ZERO, limit(policy, failure));
        if (failure.retryAfter() != null) {
            assertThat(pause).isLessThanOrEqualTo(failure.retryAfter());
        }
    }

    /** Whatever the pause, one attempt remains for the last moments of a token, and one for its end. */
    @RepeatableProperty
    void noPauseOutlastsTheTokenAtHand(
            @ForAll RefreshPolicy policy,
            @ForAll RefreshFailure failure,
            @ForAll @Positive int failuresInARow,
            @ForAll @Positive long lifetimeNanos,
            @ForAll @Positive long passedNanos,
            @ForAll Random random) {
        Assume.that(!(failure instanceof RefreshFailure.InvalidGrant)
                && !(failure instanceof RefreshFailure.AuthorizationPending));
        Validity validity = policy.validity(Duration.ofNanos(lifetimeNanos), null, NOW, random);
        Moment now = new Moment(NOW.nanos() + passedNanos % validity.lifetimeNanos(), NOW.epochMillis());
        Duration usable = validity.untilUnusable(now);

        Duration pause = policy.pauseAfter(failure, failuresInARow, validity, now, random);

        assertThat(pause).isBetween(Duration.ZERO, limit(policy, failure));
        if (usable.isPositive()) {
            assertThat(pause).isLessThanOrEqualTo(usable.plusNanos(1));
        }
    }

    @RepeatableProperty
    void theFirstPauseIsNoLongerThanTheInitialOne(@ForAll BackOff backOff, @ForAll Random random) {
        assertThat(backOff.pause(Core.unavailable(), 1, random)).isBetween(Duration.ZERO, backOff.initial());
    }

    private static Duration limit(RefreshPolicy policy, RefreshFailure failure) {
        BackOff backOff = policy.backOff();
        if (failure instanceof RefreshFailure.InvalidGrant) {
            return policy.probeInterval();
        }
        if (failure instanceof RefreshFailure.Unavailable unavailable && unavailable.retryAfter() != null) {
            return unavailable.throttled() ? backOff.throttledMax() : backOff.retryAfterMax();
        }
        return backOff.max();
    }
}
