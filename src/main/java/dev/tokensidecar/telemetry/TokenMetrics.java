package dev.tokensidecar.telemetry;

import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.Claim;
import dev.tokensidecar.token.LastRefresh;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshObserver;
import dev.tokensidecar.token.RefreshReason;
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
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one token; {@code docs/operations.md} lists them. Label sets are constant, and no label contains text
 * from a caller.
 */
public final class TokenMetrics implements TokenListener, RefreshObserver {

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
    private final Counters counters;
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
        this.counters = new Counters(registry, this.token);
        this.served = counters.requests("served");
        this.coalesced = counters.coalesced();
        this.waits = timer("token_sidecar_wait", "time that callers waited for a refresh");
        this.refreshes = timer("token_sidecar_refresh", "time that a refresh took, adopted ones excluded");
    }

    /** Registers the gauges. */
    public void watch(TokenService service) {
        gauge(service, "token_sidecar_waiters", "callers that wait for a token now", TokenStatus::waiters);
        gauge(
                service,
                "token_sidecar_generation",
                "tokens obtained or adopted since the start",
                TokenStatus::generation);
        gauge(
                service,
                "token_sidecar_expires_in_seconds",
                "remaining lifetime of the access token, 0 without one",
                status -> seconds(status.remaining()));
        gauge(
                service,
                "token_sidecar_last_success_timestamp_seconds",
                "time of the last successful refresh, 0 before the first",
                status -> epoch(status.lastSuccessAt()));
        gauge(
                service,
                "token_sidecar_refresh_token_persisted",
                "1 if a restarted process finds the newest refresh token, or needs none",
                TokenMetrics::persisted);
        for (String state : TokenStatus.STATES) {
            flag(
                    service,
                    "token_sidecar_state",
                    "1 for the current state of the token",
                    Tags.of("state", state),
                    status -> status.state().equals(state));
        }
        for (StoreProblem problem : StoreProblem.values()) {
            flag(
                    service,
                    "token_sidecar_store_problem",
                    "1 for the current problem of the refresh token store",
                    Tags.of("problem", problem.label()),
                    status -> status.storeProblem() == problem);
        }
    }

    /**
     * Registers the gauge of the token file.
     *
     * @param upToDate always true for a token without a file
     */
    public void watchFile(BooleanSupplier upToDate) {
        Gauge.builder("token_sidecar_token_file_up_to_date", () -> upToDate.getAsBoolean() ? 1 : 0)
                .description("1 if the token file has the current access token, or no file is configured")
                .tags(token)
                .register(registry);
    }

    private void flag(TokenService service, String name, String description, Tags tags, Predicate<TokenStatus> set) {
        Gauge.builder(name, service, it -> set.test(it.status()) ? 1 : 0)
                .description(description)
                .tags(token.and(tags))
                .register(registry);
    }

    private void gauge(TokenService service, String name, String description, ToDoubleFunction<TokenStatus> value) {
        Gauge.builder(name, service, it -> value.applyAsDouble(it.status()))
                .description(description)
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

    /** Without a refresh token nothing can be lost. */
    private static double persisted(TokenStatus status) {
        return status.refreshToken() == null || status.refreshToken().persisted() ? 1 : 0;
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private static double epoch(@Nullable Instant instant) {
        return instant == null ? 0 : instant.toEpochMilli() / 1e3;
    }

    private void countRefresh(LastRefresh refresh, String outcome) {
        refreshes.record(refresh.duration());
        counters.refreshes(refresh.reason(), outcome).increment();
    }

    /** The timer shows what the authorization server does to callers, so it leaves out waits for other processes. */
    private void countAdoption(RefreshReason reason) {
        counters.refreshes(reason, LastRefresh.ADOPTED).increment();
    }

    @Override
    public void served() {
        served.increment();
    }

    @Override
    public void servedAfter(Duration wait) {
        counters.requests("served_after_wait").increment();
        waits.record(wait);
    }

    @Override
    public void failed(TokenException reason, Duration wait) {
        counters.requests(reason.code()).increment();
        if (wait.isPositive()) {
            waits.record(wait);
        }
    }

    @Override
    public void cancelled(Duration wait) {
        counters.requests("cancelled").increment();
        waits.record(wait);
    }

    @Override
    public void coalesced() {
        coalesced.increment();
    }

    @Override
    public void rejectionReported(Rejection outcome) {
        counters.rejections(outcome).increment();
    }

    @Override
    public void succeeded(LastRefresh refresh, AccessToken accessToken, boolean refreshTokenPersisted) {
        countRefresh(refresh, LastRefresh.SUCCESS);
    }

    @Override
    public void adopted(LastRefresh refresh, AccessToken accessToken) {
        countAdoption(refresh.reason());
    }

    /** The other process has refreshed before this one had a reason to. */
    @Override
    public void adopted(AccessToken accessToken) {
        countAdoption(RefreshReason.AHEAD_OF_EXPIRY);
    }

    @Override
    public void claimed(boolean won) {
        counters.claims(won ? "won" : "lost").increment();
    }

    @Override
    public void takingOver(Claim claim) {
        counters.claims("taken_over").increment();
    }

    @Override
    public void failed(LastRefresh refresh, RefreshFailure failure, Duration pause, boolean tokenStillUsable) {
        countRefresh(refresh, failure.code());
    }
}
