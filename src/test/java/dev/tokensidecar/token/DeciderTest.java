package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The rules as tables: what a caller gets, and when a refresh starts that nobody asked for. {@link DeciderPropertiesTest}
 * searches for policies, states and clocks that break them.
 */
class DeciderTest {

    private static final Moment NOW = new Moment(0, 1_767_225_600_000L);
    private static final Duration LIFETIME = Duration.ofSeconds(300);
    private static final Duration HALF_A_MINUTE = Duration.ofSeconds(30);

    private static final TokenRequest ANY = TokenRequest.any(Core.WAIT);
    private static final TokenRequest LONGER = Core.withMinTtl(Duration.ofSeconds(250));
    private static final TokenRequest REPORT = report("access");
    private static final TokenRequest LATE_REPORT = report("replaced");

    private final Decider decider = new Decider(Core.POLICY);

    @ParameterizedTest
    @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
            state           | token   | any request          | min_ttl too long  | report of this token | report of another
            idle            | none    | start startup        | start startup     | start startup        | start startup
            idle            | fresh   | serve                | start min_ttl     | start rejected       | serve
            idle            | due     | serve and refresh    | start min_ttl     | start rejected       | serve and refresh
            idle            | expired | start expired        | start expired     | start expired        | start expired
            refreshing      | none    | join                 | join              | join                 | join
            refreshing      | fresh   | serve                | join              | join                 | serve
            refreshing      | due     | serve                | join              | join                 | serve
            refreshing      | expired | join                 | join              | join                 | join
            backing_off     | none    | fail unavailable     | fail unavailable  | fail unavailable     | fail unavailable
            backing_off     | fresh   | serve                | serve             | fail unavailable     | serve
            backing_off     | due     | serve                | serve             | fail unavailable     | serve
            backing_off     | expired | fail unavailable     | fail unavailable  | fail unavailable     | fail unavailable
            back_off_ended  | none    | start startup        | start startup     | start startup        | start startup
            back_off_ended  | fresh   | serve                | start min_ttl     | start rejected       | serve
            back_off_ended  | due     | serve and refresh    | start min_ttl     | start rejected       | serve and refresh
            back_off_ended  | expired | start expired        | start expired     | start expired        | start expired
            dead            | none    | fail invalid_grant   | fail invalid_grant | fail invalid_grant  | fail invalid_grant
            dead            | fresh   | serve                | serve             | fail invalid_grant   | serve
            dead            | due     | serve                | serve             | fail invalid_grant   | serve
            dead            | expired | fail invalid_grant   | fail invalid_grant | fail invalid_grant  | fail invalid_grant
            closed          | none    | fail unavailable     | fail unavailable  | fail unavailable     | fail unavailable
            closed          | fresh   | serve                | serve             | fail unavailable     | serve
            closed          | due     | serve                | serve             | fail unavailable     | serve
            closed          | expired | fail unavailable     | fail unavailable  | fail unavailable     | fail unavailable
            """)
    void whatACallerGets(String state, String freshness, String any, String longer, String report, String lateReport) {
        TokenState given = state(state, snapshot(freshness));

        assertThat(decision(given, ANY)).isEqualTo(any);
        assertThat(decision(given, LONGER)).isEqualTo(longer);
        assertThat(decision(given, REPORT)).isEqualTo(report);
        assertThat(decision(given, LATE_REPORT)).isEqualTo(lateReport);
    }

    /** A refresh that a caller forced half a minute ago closes the storm gate: the policy asks for a whole minute. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
            state          | forced by | min_ttl too long | report of this token
            idle           | report    | serve            | fail rejected_again
            idle           | min_ttl   | serve            | start rejected
            refreshing     | report    | join             | join
            back_off_ended | report    | serve            | fail rejected_again
            dead           | report    | serve            | fail rejected_again
            """)
    void theStormGate(String state, String forcedBy, String longer, String report) {
        Moment recently = ago(HALF_A_MINUTE);
        TokenState given = state(
                state,
                new TokenSnapshot(
                        token(Duration.ofSeconds(100), RefreshReason.STARTUP),
                        1,
                        0,
                        ago(Duration.ofSeconds(100)),
                        forcedBy.equals("report") ? recently : null,
                        recently,
                        null,
                        null,
                        null,
                        false));

        assertThat(decision(given, LONGER)).isEqualTo(longer);
        assertThat(decision(given, REPORT)).isEqualTo(report);
    }

    @Test
    void aTokenThatWasRenewedForAMinTtlAndIsStillTooShortIsServed() {
        TokenRequest impossible = Core.withMinTtl(LIFETIME.plusSeconds(1));

        assertThat(decision(idle(RefreshReason.MIN_TTL), impossible)).isEqualTo("serve");
        assertThat(decision(idle(RefreshReason.EXPIRED), impossible)).isEqualTo("start min_ttl");
    }

    private static TokenState idle(RefreshReason obtainedFor) {
        return new TokenState.Idle(snapshot(token(Duration.ofSeconds(100), obtainedFor)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", useHeadersInDisplayName = true, textBlock = """
            state          | none    | fresh   | due             | expired
            idle           | startup | -       | ahead_of_expiry | expired
            refreshing     | -       | -       | -               | -
            backing_off    | -       | -       | -               | -
            back_off_ended | expired | expired | expired         | expired
            dead           | -       | -       | -               | -
            probe_due      | probe   | probe   | probe           | probe
            closed         | -       | -       | -               | -
            """)
    void whatStartsWithoutACaller(
            String state,
            @Nullable String none,
            @Nullable String fresh,
            @Nullable String due,
            @Nullable String expired) {
        assertThat(due(state, "none")).isEqualTo(none);
        assertThat(due(state, "fresh")).isEqualTo(fresh);
        assertThat(due(state, "due")).isEqualTo(due);
        assertThat(due(state, "expired")).isEqualTo(expired);
    }

    private @Nullable String due(String state, String freshness) {
        RefreshReason reason = decider.due(state(state, snapshot(freshness)), RefreshTokenState.NONE, NOW);
        return reason == null ? null : reason.label();
    }

    private String decision(TokenState state, TokenRequest request) {
        return switch (decider.decide(state, request, NOW)) {
            case Decision.Serve serve -> "serve";
            case Decision.ServeAndRefresh serve -> "serve and refresh";
            case Decision.Join join -> "join";
            case Decision.Start start -> "start " + start.reason().label();
            case Decision.Fail fail -> "fail " + name(fail.reason());
        };
    }

    private static String name(TokenException failure) {
        return switch (failure) {
            case RefreshFailure.Unavailable unavailable -> "unavailable";
            case RefreshFailure.InvalidGrant invalid -> "invalid_grant";
            default -> failure.code();
        };
    }

    private static TokenState state(String name, TokenSnapshot snapshot) {
        Moment since = ago(HALF_A_MINUTE);
        return switch (name) {
            case "idle" -> new TokenState.Idle(snapshot);
            case "refreshing" ->
                new TokenState.Refreshing(
                        snapshot, new Flight(RefreshReason.AHEAD_OF_EXPIRY, since, RefreshObserver.NONE));
            case "backing_off" -> backingOff(snapshot, HALF_A_MINUTE.plusNanos(1));
            case "back_off_ended" -> backingOff(snapshot, HALF_A_MINUTE);
            case "dead" -> dead(snapshot, since);
            case "probe_due" -> dead(snapshot, ago(Core.POLICY.probeInterval()));
            case "closed" -> new TokenState.Closed(snapshot);
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static TokenState backingOff(TokenSnapshot snapshot, Duration pause) {
        return new TokenState.BackingOff(
                snapshot, Core.unavailable(), RefreshReason.EXPIRED, ago(HALF_A_MINUTE), pause.toNanos());
    }

    private static TokenState dead(TokenSnapshot snapshot, Moment since) {
        return new TokenState.Dead(
                snapshot, new RefreshFailure.InvalidGrant("invalid_grant", "revoked"), Set.of(), since);
    }

    private static TokenSnapshot snapshot(String freshness) {
        TokenSnapshot snapshot = switch (freshness) {
            case "none" -> TokenSnapshot.EMPTY;
            case "fresh" -> snapshot(token(Duration.ofSeconds(100), RefreshReason.STARTUP));
            case "due" -> snapshot(token(Duration.ofSeconds(250), RefreshReason.STARTUP));
            case "expired" -> snapshot(token(Duration.ofSeconds(295), RefreshReason.STARTUP));
            default -> throw new IllegalArgumentException(freshness);
        };
        assertThat(snapshot.freshness(NOW)).isEqualTo(Freshness.valueOf(freshness.toUpperCase(Locale.ROOT)));
        return snapshot;
    }

    private static TokenSnapshot snapshot(AccessToken token) {
        return new TokenSnapshot(token, 1, 0, token.validity().from(), null, null, null, null, null, false);
    }

    private static AccessToken token(Duration age, RefreshReason obtainedFor) {
        return new AccessToken(
                new TokenResponse(Secret.of("access"), "Bearer", null, LIFETIME, null, null),
                1,
                Core.POLICY.validity(LIFETIME, null, ago(age), new Random(1)),
                obtainedFor);
    }

    private static Moment ago(Duration age) {
        return new Moment(NOW.nanos() - age.toNanos(), NOW.epochMillis() - age.toMillis());
    }

    private static TokenRequest report(String token) {
        return TokenRequest.afterRejection(TokenHash.of(Secret.of(token)), Core.WAIT);
    }
}
