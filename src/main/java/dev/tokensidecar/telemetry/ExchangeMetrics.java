package dev.tokensidecar.telemetry;

import dev.tokensidecar.exchange.ExchangeListener;
import dev.tokensidecar.exchange.ExchangedTokens;
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

    private static final List<String> OUTCOMES = List.of(
            ExchangedTokens.SUCCESS,
            "temporarily_unavailable",
            "invalid_response",
            "configuration",
            "reauthentication_required");

    private final MeterRegistry registry;
    private final Tags token;
    private final Map<ServedBy, Counter> calls = new EnumMap<>(ServedBy.class);
    private final Map<String, Timer> exchanges = new HashMap<>();
    private final Counter rejections;

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
    public void exchanged(String outcome, Duration duration) {
        Objects.requireNonNull(exchanges.get(outcome)).record(duration);
    }

    @Override
    public void rejectionReported() {
        rejections.increment();
    }
}
