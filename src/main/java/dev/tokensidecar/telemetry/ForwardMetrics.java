package dev.tokensidecar.telemetry;

import dev.tokensidecar.forward.ForwardListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/** The meters of one route to an API; {@code docs/operations.md} lists them. */
public final class ForwardMetrics implements ForwardListener {

    private final Map<Outcome, Counter> outcomes = new EnumMap<>(Outcome.class);
    private final AtomicInteger active = new AtomicInteger();

    /** @param forward the configured name of the route */
    public ForwardMetrics(MeterRegistry registry, String forward) {
        Tags tags = Tags.of("forward", forward);
        for (Outcome outcome : Outcome.values()) {
            outcomes.put(
                    outcome,
                    Counter.builder("token_sidecar_forwarded")
                            .description("forwarded requests that ended")
                            .tags(tags.and("outcome", outcome.name().toLowerCase(Locale.ROOT)))
                            .register(registry));
        }
        Gauge.builder("token_sidecar_forwarding", active, AtomicInteger::get)
                .description("forwarded requests in flight")
                .tags(tags)
                .register(registry);
    }

    @Override
    public void begun() {
        active.incrementAndGet();
    }

    @Override
    public void ended(Outcome outcome) {
        active.decrementAndGet();
        Objects.requireNonNull(outcomes.get(outcome)).increment();
    }
}
