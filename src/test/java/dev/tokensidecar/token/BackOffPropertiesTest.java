package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.RepeatableProperty;
import java.time.Duration;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.constraints.Positive;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

/** The pause after any failure, after any number of failures. */
@Domain(AnyLifetime.class)
@Domain(DomainContext.Global.class)
class BackOffPropertiesTest {

    @RepeatableProperty
    void noPauseIsLongerThanItsLimit(
            @ForAll RefreshPolicy policy,
            @ForAll RefreshFailure failure,
            @ForAll @Positive int failuresInARow,
            @ForAll Random random) {
        Duration pause = policy.pauseAfter(failure, failuresInARow, random);

        assertThat(pause).isBetween(Duration.ZERO, limit(policy, failure));
        if (failure.retryAfter() != null) {
            assertThat(pause).isLessThanOrEqualTo(failure.retryAfter());
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
