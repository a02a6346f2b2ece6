package dev.tokensidecar.telemetry;

import dev.tokensidecar.exchange.CallerFailures;
import dev.tokensidecar.exchange.ExchangeListener;
import dev.tokensidecar.exchange.ExchangeObserver;
import dev.tokensidecar.exchange.ExchangedTokens;
import dev.tokensidecar.token.RefreshFailure;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/** The meters of one token that callers get for their users; {@code docs/operations.md} lists them. */
public final class ExchangeMetrics implements ExchangeListener {

    /** The authorization server rejected the token of a user, or what a caller asked for. */
    static final String REJECTED = "rejected";

    static final String SUCCESS = "success";

    private static final List<String> OUTCOMES =
            List.of(SUCCESS, REJECTED, "temporarily_unavailable", "invalid_response", "configuration");

    private final MeterRegistry registry;
    private final Tags token;
    private final Map<ServedBy, Counter> calls = new EnumMap<>(ServedBy.class);
    private final Map<String, Timer> exchanges = new HashMap<>();
    private final Counter rejections;
    private final Counter evictions;

    /**
     * Registers all counters and timers: Prometheus misses the increase of one that appears with its first event.
     *
     * @param token the configured name of the token
     */
    public ExchangeMetrics(MeterRegistry registry, String token) {
        this.registry = registry;
        this.token = Tags.of("token", token);
        for (ServedBy way : ServedBy.values()) {
            calls.put(
                    way,
                    counter(
                            "token_sidecar_exchange_calls",
                            "calls for tokens on behalf of users",
                            this.token.and("served_by", way.name().toLowerCase(Locale.ROOT))));
        }
        for (String outcome : OUTCOMES) {
            exchanges.put(
                    outcome,
                    Timer.builder("token_sidecar_exchange")
                            .description("time that an exchange took at the authorization server")
                            .tags(this.token.and("outcome", outcome))
                            .register(registry));
        }
        this.rejections =
                counter("token_sidecar_exchange_rejections", "exchanged tokens that an API rejected", this.token);
        this.evictions =
                counter("token_sidecar_exchange_evictions", "results that a full cache has forgotten", this.token);
    }

    private Counter counter(String name, String description, Tags tags) {
        return Counter.builder(name).description(description).tags(tags).register(registry);
    }

    /** Registers the gauges. */
    public void watch(ExchangedTokens tokens) {
        gauge(
                "token_sidecar_exchange_cache_entries",
                "results of exchanges in memory",
                tokens,
                ExchangedTokens::cached);
        gauge("token_sidecar_exchanges_running", "exchanges that run now", tokens, ExchangedTokens::running);
    }

    private void gauge(
            String name, String description, ExchangedTokens tokens, ToDoubleFunction<ExchangedTokens> value) {
        Gauge.builder(name, tokens, value).description(description).tags(token).register(registry);
    }

    @Override
    public void called(ServedBy way) {
        Objects.requireNonNull(calls.get(way)).increment();
    }

    @Override
    public ExchangeObserver exchangeStarting() {
        return new ExchangeObserver() {
            @Override
            public void succeeded(Duration duration) {
                timer(SUCCESS).record(duration);
            }

            @Override
            public void failed(RefreshFailure failure, Duration duration) {
                timer(outcome(failure)).record(duration);
            }
        };
    }

    private Timer timer(String outcome) {
        return Objects.requireNonNull(exchanges.get(outcome));
    }

    /** Returns the outcome of a failed exchange, for meters and spans. */
    static String outcome(RefreshFailure failure) {
        return CallerFailures.concernsRequest(failure) ? REJECTED : failure.code();
    }

    @Override
    public void evicted() {
        evictions.increment();
    }

    @Override
    public void rejectionReported() {
        rejections.increment();
    }
}
