package dev.tokensidecar.token;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;
import net.jqwik.api.domains.DomainContextBase;

/** Everything that has to do with lives, in its whole range: what operators may configure, servers say and clocks show. */
final class AnyLife extends DomainContextBase {

    static final Duration LONGEST = Duration.ofDays(3650);

    private static final long ONE_HOUR = Duration.ofHours(1).toNanos();

    /** Two clocks that agree more or less, or each by itself whatever a computer can be set to. */
    @Provide
    Arbitrary<Moment> moments() {
        Arbitrary<Long> offsets = nanos(-LONGEST.toNanos());
        Arbitrary<Moment> agreed = offsets.map(nanos -> new Moment(nanos, nanos / 1_000_000));
        Arbitrary<Moment> set = Combinators.combine(offsets, offsets)
                .as((nanos, wallNanos) -> new Moment(nanos, wallNanos / 1_000_000));
        Arbitrary<Moment> anything = Combinators.combine(
                        Arbitraries.longs(), Arbitraries.longs().between(Long.MIN_VALUE / 2, Long.MAX_VALUE / 2))
                .as(Moment::new);
        return Arbitraries.frequencyOf(Tuple.of(3, agreed), Tuple.of(1, set), Tuple.of(1, anything));
    }

    @Provide
    Arbitrary<Duration> durations() {
        return Arbitraries.oneOf(
                configurable(),
                Combinators.combine(Arbitraries.longs(), Arbitraries.longs().between(0, 999_999_999))
                        .as(AnyLife::duration));
    }

    private static Duration duration(long seconds, long nanos) {
        return Duration.ofSeconds(seconds, nanos);
    }

    /** Extremes, but more often something from daily life. */
    private static Arbitrary<Long> nanos(long least) {
        Arbitrary<Long> daily = Arbitraries.longs()
                .between(Math.max(least, -ONE_HOUR), ONE_HOUR)
                .withDistribution(RandomDistribution.uniform());
        return Arbitraries.frequencyOf(
                Tuple.of(1, Arbitraries.longs().between(least, LONGEST.toNanos())), Tuple.of(3, daily));
    }

    /** What the settings let through. */
    private static Arbitrary<Duration> configurable() {
        return nanos(0).map(Duration::ofNanos);
    }

    private static Arbitrary<Duration> positive() {
        return nanos(1).map(Duration::ofNanos);
    }

    @Provide
    Arbitrary<BackOff> backOffs() {
        return Combinators.combine(positive(), positive(), configurable(), configurable())
                .as((a, b, retryAfterMax, throttledMax) ->
                        new BackOff(shorter(a, b), longer(a, b), retryAfterMax, throttledMax));
    }

    @Provide
    Arbitrary<RefreshPolicy> policies() {
        Arbitrary<Double> jitter = Arbitraries.doubles().between(0, 0.5);
        return Combinators.combine(
                        positive(),
                        jitter,
                        configurable(),
                        configurable(),
                        configurable(),
                        positive(),
                        configurable(),
                        backOffs())
                .as((ahead, spread, minRemaining, minInterval, rejectedInterval, defaultLife, probeInterval, backOff) ->
                        new RefreshPolicy(
                                ahead,
                                spread,
                                minRemaining,
                                minInterval,
                                rejectedInterval,
                                defaultLife,
                                probeInterval,
                                Core.POLICY.timeout(),
                                backOff));
    }

    @Provide
    Arbitrary<RefreshFailure> failures() {
        Arbitrary<Duration> retryAfter = durations().filter(wait -> !wait.isNegative());
        return Arbitraries.oneOf(
                Arbitraries.of(
                        new RefreshFailure.InvalidGrant("invalid_grant", "dead"),
                        new RefreshFailure.Misconfigured("invalid_client", "refused"),
                        new RefreshFailure.InvalidResponse("garbage")),
                Combinators.combine(retryAfter.injectNull(0.3), Arbitraries.of(true, false))
                        .as((wait, throttled) ->
                                new RefreshFailure.Unavailable("http_503", "down", true, throttled, wait)));
    }

    @Provide
    Arbitrary<RefreshToken> refreshTokens() {
        Arbitrary<Instant> instants = Arbitraries.longs()
                .between(Instant.MIN.getEpochSecond(), Instant.MAX.getEpochSecond())
                .map(Instant::ofEpochSecond);
        return Combinators.combine(instants, instants.injectNull(0.3))
                .as((receivedAt, expiresAt) -> new RefreshToken(Secret.of("refresh"), receivedAt, expiresAt));
    }

    @Provide
    Arbitrary<AccessToken> accessTokens() {
        return Combinators.combine(
                        policies(), durations().injectNull(0.1), moments(), Arbitraries.of(RefreshReason.class))
                .as((policy, life, from, reason) -> new AccessToken(
                        new TokenResponse(Secret.of("access"), "Bearer", null, life, null, null),
                        1,
                        policy.validity(life, null, from, new Random(from.nanos())),
                        reason));
    }

    @Provide
    Arbitrary<TokenSnapshot> held() {
        return Combinators.combine(
                        accessTokens().injectNull(0.1),
                        moments().injectNull(0.1),
                        moments().injectNull(0.3),
                        moments().injectNull(0.3))
                .as((token, lastSuccess, lastRejected, lastForced) ->
                        new TokenSnapshot(token, 1, 0, lastSuccess, lastRejected, lastForced, null, null));
    }

    @Provide
    Arbitrary<RefreshTokenState> kept() {
        return Combinators.combine(
                        refreshTokens().injectNull(0.1),
                        Arbitraries.of(true, false),
                        moments().injectNull(0.1))
                .as((token, persisted, usedAt) -> new RefreshTokenState(token, persisted, usedAt, Set.of()));
    }

    @Provide
    Arbitrary<TokenState> states() {
        Arbitrary<Long> pauses = configurable().map(Duration::toNanos);
        RefreshReason reason = RefreshReason.EXPIRED;
        return Arbitraries.oneOf(
                held().map(TokenState.Idle::new),
                held().map(TokenState.Closed::new),
                Combinators.combine(held(), moments())
                        .as((held, since) ->
                                new TokenState.Refreshing(held, new Flight(reason, since, RefreshObserver.NONE))),
                Combinators.combine(held(), failures(), moments(), pauses)
                        .as((held, failure, since, pause) ->
                                new TokenState.BackingOff(held, failure, reason, since, pause)),
                Combinators.combine(held(), moments())
                        .as((held, since) -> new TokenState.Dead(
                                held, new RefreshFailure.InvalidGrant("invalid_grant", "dead"), Set.of(), since)));
    }

    @Provide
    Arbitrary<TokenRequest> requests() {
        Arbitrary<TokenHash> rejected =
                Arbitraries.of("access", "another").map(token -> TokenHash.of(Secret.of(token)));
        return Combinators.combine(configurable(), rejected.injectNull(0.5), configurable())
                .as(TokenRequest::new);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }
}
