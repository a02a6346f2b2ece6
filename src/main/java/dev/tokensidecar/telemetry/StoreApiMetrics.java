package dev.tokensidecar.telemetry;

import dev.tokensidecar.token.StoreListener;
import dev.tokensidecar.token.TimeSource;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * The meters of one store in Kubernetes; {@code docs/operations.md} lists them. A sidecar without such a store has none of
 * them. The label names the Secret, not a token, because several tokens can share a store.
 */
public final class StoreApiMetrics implements StoreListener {

    private final TimeSource time;
    private final Map<Verb, Map<Result, Counter>> calls = new EnumMap<>(Verb.class);
    private volatile long aliveAt;

    /** @param secret the configured name of the Secret */
    public StoreApiMetrics(MeterRegistry registry, String secret, TimeSource time) {
        this.time = time;
        this.aliveAt = time.nanos();
        Tags tags = Tags.of("secret", secret);
        for (Verb verb : Verb.values()) {
            calls.put(verb, counters(registry, tags.and("verb", verb.label())));
        }
        Gauge.builder("token_sidecar_store_watch_age_seconds", this, StoreApiMetrics::watchAge)
                .description("time since the last sign of life of the watch, or since the start before the first")
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    private static Map<Result, Counter> counters(MeterRegistry registry, Tags tags) {
        Map<Result, Counter> counters = new EnumMap<>(Result.class);
        for (Result result : Result.values()) {
            counters.put(
                    result,
                    Counter.builder("token_sidecar_store_api_calls")
                            .description("calls to the Kubernetes API that ended")
                            .tags(tags.and("result", result.label()))
                            .register(registry));
        }
        return counters;
    }

    private double watchAge() {
        return (time.nanos() - aliveAt) / 1e9;
    }

    @Override
    public void called(Verb verb, Result result) {
        Objects.requireNonNull(Objects.requireNonNull(calls.get(verb)).get(result))
                .increment();
    }

    @Override
    public void watchOpened() {
        aliveAt = time.nanos();
    }

    @Override
    public void watchReported() {
        aliveAt = time.nanos();
    }
}
