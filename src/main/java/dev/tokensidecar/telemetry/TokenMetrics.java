package dev.tokensidecar.telemetry;

import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.LastRefresh;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.StoreProblem;
import dev.tokensidecar.token.TokenException;
import dev.tokensidecar.token.TokenListener;
import dev.tokensidecar.token.TokenService;
import dev.tokensidecar.token.TokenStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The meters of one token; {@code docs/operations.md} lists them. Label sets are constant, no label is a caller's text. */
public final class TokenMetrics implements TokenListener {

    private static final Duration[] BUCKETS = {
        Duration.ofMillis(10),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30)
    };

    private final MeterRegistry registry;
    private final Tags token;
    private final Counter served;
    private final Counter coalesced;
    private final Timer waits;
    private final Timer refreshes;

    /**
     * Registers the meters that need no service.
     *
     * @param token the configured name of the token
     */
    public TokenMetrics(MeterRegistry registry, String token) {
        this.registry = registry;
        this.token = Tags.of("token", token);
        this.served = requests("served");
        this.coalesced = registry.counter("token_sidecar_coalesced", this.token);
        this.waits = timer("token_sidecar_wait", "time that callers waited for a refresh");
        this.refreshes = timer("token_sidecar_refresh", "time that a refresh took");
        for (Rejection outcome : Rejection.values()) {
            var unused = rejections(outcome);
        }
    }

    /** Registers the gauges. */
    public void watch(TokenService service) {
        gauge(service, "token_sidecar_waiters", TokenStatus::waiters);
        gauge(service, "token_sidecar_generation", TokenStatus::generation);
        gauge(service, "token_sidecar_expires_in_seconds", status -> seconds(status.remaining()));
        gauge(service, "token_sidecar_last_success_timestamp_seconds", status -> epoch(status.lastSuccessAt()));
        gauge(service, "token_sidecar_refresh_token_persisted", TokenMetrics::persisted);
        for (String state : TokenStatus.STATES) {
            flag(
                    service,
                    "token_sidecar_state",
                    Tags.of("state", state),
                    status -> status.state().equals(state));
        }
        for (StoreProblem problem : StoreProblem.values()) {
            flag(
                    service,
                    "token_sidecar_store_problem",
                    Tags.of("problem", problem.label()),
                    status -> status.storeProblem() == problem);
        }
    }

    private void flag(TokenService service, String name, Tags tags, Predicate<TokenStatus> set) {
        Gauge.builder(name, service, it -> set.test(it.status()) ? 1 : 0)
                .tags(token.and(tags))
                .register(registry);
    }

    private void gauge(TokenService service, String name, ToDoubleFunction<TokenStatus> value) {
        Gauge.builder(name, service, it -> value.applyAsDouble(it.status()))
                .tags(token)
                .register(registry);
    }

    private Timer timer(String name, String description) {
        return Timer.builder(name)
                .description(description)
                .tags(token)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    /** Nothing is at risk before a refresh token is held. */
    private static double persisted(TokenStatus status) {
        return status.refreshToken() == null || status.refreshToken().persisted() ? 1 : 0;
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private static double epoch(@Nullable Instant instant) {
        return instant == null ? 0 : instant.toEpochMilli() / 1e3;
    }

    private Counter requests(String outcome) {
        return registry.counter("token_sidecar_requests", token.and("outcome", outcome));
    }

    private Counter rejections(Rejection outcome) {
        String label = outcome.name().toLowerCase(Locale.ROOT);
        return registry.counter("token_sidecar_rejections", token.and("outcome", label));
    }

    private void countRefresh(LastRefresh refresh, String outcome) {
        refreshes.record(refresh.duration());
        Tags labels = token.and("reason", refresh.reason().label(), "outcome", outcome);
        registry.counter("token_sidecar_refreshes", labels).increment();
    }

    @Override
    public void served() {
        served.increment();
    }

    @Override
    public void servedAfter(Duration wait) {
        requests("served_after_wait").increment();
        waits.record(wait);
    }

    @Override
    public void refused(TokenException why, Duration wait) {
        requests(why.code()).increment();
        if (wait.isPositive()) {
            waits.record(wait);
        }
    }

    @Override
    public void cancelled(Duration wait) {
        requests("cancelled").increment();
        waits.record(wait);
    }

    @Override
    public void coalesced() {
        coalesced.increment();
    }

    @Override
    public void rejectionReported(Rejection outcome) {
        rejections(outcome).increment();
    }

    @Override
    public void refreshed(LastRefresh refresh, AccessToken accessToken, boolean refreshTokenPersisted) {
        countRefresh(refresh, LastRefresh.SUCCESS);
    }

    @Override
    public void refreshFailed(LastRefresh refresh, RefreshFailure failure, Duration pause, boolean tokenStillUsable) {
        countRefresh(refresh, failure.code());
    }
}
