package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.RepeatableProperty;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;
import net.jqwik.api.statistics.Statistics;
import org.jspecify.annotations.Nullable;

/** The decisions for every policy, every state and every combination of two clocks, after jumps too. */
@Domain(AnyLifetime.class)
@Domain(DomainContext.Global.class)
class DeciderPropertiesTest {

    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration LONGEST = Duration.ofSeconds(15);
    private static final TokenHash CURRENT = TokenHash.of(Secret.of("access"));

    @RepeatableProperty
    void noExpiredTokenIsServed(
            @ForAll RefreshPolicy policy, @ForAll TokenState state, @ForAll TokenRequest request, @ForAll Moment now) {
        Statistics.collect(state.snapshot().freshness(now));
        Statistics.coverage(examples -> List.of(Freshness.values())
                .forEach(freshness -> examples.check(freshness).count(count -> count >= 10)));
        AccessToken served = served(new Decider(policy).decide(state, request, now));
        if (served != null) {
            assertUsable(served.validity(), now);
        }
    }

    private static void assertUsable(Validity validity, Moment now) {
        long usableNanos = validity.lifetimeNanos() - validity.minUsableNanos();
        assertThat(now.nanos() - validity.from().nanos())
                .as("by the monotonic clock")
                .isLessThanOrEqualTo(usableNanos);
        assertThat(now.epochMillis() - validity.from().epochMillis())
                .as("by the wall clock")
                .isLessThanOrEqualTo(TimeUnit.NANOSECONDS.toMillis(usableNanos));
    }

    @RepeatableProperty
    void aFreshTokenAnswersEveryPlainRequest(
            @ForAll RefreshPolicy policy, @ForAll TokenState state, @ForAll Moment now) {
        AccessToken fresh = Decider.fresh(state, now.nanos(), now.epochMillis());
        Decision decision = new Decider(policy).decide(state, TokenRequest.any(Core.WAIT), now);

        Statistics.collect(fresh == null);
        Statistics.coverage(examples ->
                List.of(true, false).forEach(none -> examples.check(none).count(count -> count >= 10)));
        assertThat(fresh != null).isEqualTo(state.snapshot().freshness(now) == Freshness.FRESH);
        if (fresh != null) {
            assertThat(decision).isEqualTo(new Decision.Serve(fresh));
        }
    }

    @RepeatableProperty
    void theReporterDoesNotGetTheReportedToken(
            @ForAll RefreshPolicy policy, @ForAll TokenState state, @ForAll Moment now) {
        Decision decision = new Decider(policy).decide(state, TokenRequest.afterRejection(CURRENT, Core.WAIT), now);

        assertThat(served(decision)).isNull();
    }

    @RepeatableProperty
    void theTimerIntervalIsBounded(
            @ForAll RefreshPolicy policy,
            @ForAll TokenState state,
            @ForAll RefreshTokenState refreshToken,
            @ForAll Moment now) {
        assertThat(new Decider(policy).untilNextCheck(state, refreshToken, now)).isBetween(SHORTEST, LONGEST);
    }

    @RepeatableProperty
    void noCallerStartsARefreshDuringOneOrDuringABackOff(
            @ForAll RefreshPolicy policy, @ForAll TokenState state, @ForAll TokenRequest request, @ForAll Moment now) {
        Assume.that(mustNotStart(state, now));

        assertThat(new Decider(policy).decide(state, request, now))
                .isNotInstanceOf(Decision.Start.class)
                .isNotInstanceOf(Decision.ServeAndRefresh.class);
    }

    @RepeatableProperty
    void anUnneededRefreshKeepsTheMinInterval(
            @ForAll RefreshPolicy policy,
            @ForAll TokenSnapshot snapshot,
            @ForAll RefreshTokenState refreshToken,
            @ForAll TokenRequest request,
            @ForAll Moment now) {
        Moment last = snapshot.lastSuccess();
        Assume.that(last != null && now.since(last).compareTo(policy.minInterval()) < 0);
        Decider decider = new Decider(policy);
        TokenState idle = new TokenState.Idle(snapshot);

        assertThat(decider.due(idle, refreshToken, now)).isNull();
        assertThat(decider.decide(idle, request, now)).isNotInstanceOf(Decision.ServeAndRefresh.class);
    }

    @RepeatableProperty
    void aPlannedRefreshIsDueAtItsTime(
            @ForAll RefreshPolicy policy,
            @ForAll TokenSnapshot snapshot,
            @ForAll RefreshTokenState refreshToken,
            @ForAll Moment now) {
        Assume.that(refreshToken.usedAt() == null || isAfter(now, refreshToken.usedAt()));
        Assume.that(snapshot.token() == null
                || isAfter(now, snapshot.token().validity().from()));
        Assume.that(snapshot.lastSuccess() == null || isAfter(now, snapshot.lastSuccess()));
        Decider decider = new Decider(policy);
        Duration until = decider.untilRefresh(snapshot, refreshToken, now);

        assertThat(until).isBetween(Duration.ZERO, AnyLifetime.LONGEST);
        Moment then = new Moment(now.nanos() + until.toNanos(), now.epochMillis() + until.toMillis() + 1);
        assertThat(decider.due(new TokenState.Idle(snapshot), refreshToken, then))
                .isNotNull();
    }

    /** The monotonic clock never goes back, and no process runs for a century. */
    private static boolean isAfter(Moment later, Moment earlier) {
        long passed = later.nanos() - earlier.nanos();
        return passed >= 0 && passed <= Long.MAX_VALUE / 2;
    }

    private static @Nullable AccessToken served(Decision decision) {
        return switch (decision) {
            case Decision.Serve serve -> serve.token();
            case Decision.ServeAndRefresh serve -> serve.token();
            case Decision.Join join -> null;
            case Decision.Start start -> null;
            case Decision.Fail unused -> null;
        };
    }

    private static boolean mustNotStart(TokenState state, Moment now) {
        return switch (state) {
            case TokenState.Idle idle -> false;
            case TokenState.BackingOff backingOff -> now.nanosSince(backingOff.since()) < backingOff.pauseNanos();
            case TokenState.Refreshing refreshing -> true;
            case TokenState.Dead dead -> true;
            case TokenState.Closed closed -> true;
        };
    }
}
