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

/** Arbitrary values around lifetimes, in their whole range: what operators configure, servers send and clocks show. */
final class AnyLifetime extends DomainContextBase {

    static final Duration LONGEST = Duration.ofDays(3650);

    private static final long ONE_HOUR = Duration.ofHours(1).toNanos();

    /** Two clocks that roughly agree, or that each show anything. */
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
                        .as(AnyLifetime::duration));
    }

    private static Duration duration(long seconds, long nanos) {
        return Duration.ofSeconds(seconds, nanos);
    }

    /** Extremes, but more often everyday values. */
    private static Arbitrary<Long> nanos(long min) {
        Arbitrary<Long> daily = Arbitraries.longs()
                .between(Math.max(min, -ONE_HOUR), ONE_HOUR)
                .withDistribution(RandomDistribution.uniform());
        return Arbitraries.frequencyOf(
                Tuple.of(1, Arbitraries.longs().between(min, LONGEST.toNanos())), Tuple.of(3, daily));
    }

    /** The durations that the configuration accepts. */
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
                .as(
                        (ahead,
                                spread,
                                minRemaining,
                                minInterval,
                                rejectedInterval,
                                defaultLifetime,
                                probeInterval,
                                backOff) -> new RefreshPolicy(
                                ahead,
                                spread,
                                minRemaining,
                                minInterval,
                                rejectedInterval,
                                defaultLifetime,
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
                .as((policy, lifetime, from, reason) -> new AccessToken(
                        new TokenResponse(Secret.of("access"), "Bearer", null, lifetime, null, null),
                        1,
                        policy.validity(lifetime, null, from, new Random(from.nanos())),
                        reason));
    }

    @Provide
    Arbitrary<TokenSnapshot> snapshots() {
        return Combinators.combine(
                        accessTokens().injectNull(0.1),
                        moments().injectNull(0.1),
                        moments().injectNull(0.3),
                        moments().injectNull(0.3))
                .as((token, lastSuccess, lastRejected, lastForced) ->
                        new TokenSnapshot(token, 1, 0, lastSuccess, lastRejected, lastForced, null, null, null, false));
    }

    @Provide
    Arbitrary<RefreshTokenState> refreshTokenStates() {
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
                snapshots().map(TokenState.Idle::new),
                snapshots().map(TokenState.Closed::new),
                Combinators.combine(snapshots(), moments())
                        .as((snapshot, since) ->
                                new TokenState.Refreshing(snapshot, new Flight(reason, since, RefreshObserver.NONE))),
                Combinators.combine(snapshots(), failures(), moments(), pauses)
                        .as((snapshot, failure, since, pause) ->
                                new TokenState.BackingOff(snapshot, failure, reason, since, pause)),
                Combinators.combine(snapshots(), moments())
                        .as((snapshot, since) -> new TokenState.Dead(
                                snapshot, new RefreshFailure.InvalidGrant("invalid_grant", "dead"), Set.of(), since)));
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
