package dev.tokensidecar.telemetry;

import dev.tokensidecar.exchange.ExchangeListener;
import dev.tokensidecar.exchange.ExchangePolicy;
import dev.tokensidecar.exchange.ExchangedTokens;
import dev.tokensidecar.introspection.IntrospectionListener;
import dev.tokensidecar.introspection.IssuerKeys;
import dev.tokensidecar.introspection.KeyPolicy;
import dev.tokensidecar.testing.core.Policies;
import dev.tokensidecar.testing.time.VirtualTime;
import dev.tokensidecar.token.TimeSource;
import dev.tokensidecar.token.TokenRuntime;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The meters that only a sidecar with a store in Kubernetes, with tokens on behalf of users, or with introspection has. */
public final class OptionalMeters {

    private static final List<String> PREFIXES =
            List.of("token_sidecar_store_", "token_sidecar_exchange", "token_sidecar_introspection");
    private static final String ALWAYS = "token_sidecar_store_problem";

    private OptionalMeters() {}

    /** Whether a meter in a scrape is one of these. */
    static boolean isOne(String meter) {
        return !meter.equals(ALWAYS) && PREFIXES.stream().anyMatch(meter::startsWith);
    }

    /** Scrapes an application that has none of that as if it had everything. */
    public static <T> T added(MeterRegistry registry, TimeSource time, Supplier<T> scrape) {
        List<Meter> before = registry.getMeters();
        var unused = new StoreApiMetrics(registry, "session-of-orders", time);
        // gauges do not keep what they watch
        ExchangedTokens tokens = tokens();
        new ExchangeMetrics(registry, "orders").watch(tokens);
        IssuerKeys keys = keys();
        IntrospectionMetrics introspection = new IntrospectionMetrics(registry, List.of("orders"));
        introspection.watch("orders", keys);
        introspection.watchServer("orders");
        try {
            return scrape.get();
        } finally {
            Stream.of(registry.getMeters())
                    .flatMap(List::stream)
                    .filter(meter -> !before.contains(meter))
                    .forEach(registry::remove);
            Reference.reachabilityFence(tokens);
            Reference.reachabilityFence(keys);
        }
    }

    private static IssuerKeys keys() {
        VirtualTime time = new VirtualTime();
        return new IssuerKeys(
                "orders",
                () -> Uni.createFrom().nothing(),
                KeyPolicy.of(Duration.ofMinutes(1), Duration.ofMinutes(2)),
                new TokenRuntime(time, new Random(1), time, Runnable::run),
                new IntrospectionListener() {});
    }

    private static ExchangedTokens tokens() {
        VirtualTime time = new VirtualTime();
        return new ExchangedTokens(
                request -> Uni.createFrom().nothing(),
                new ExchangePolicy(1, 1, 1024, Duration.ofSeconds(1), Policies.DEFAULT),
                new TokenRuntime(time, new Random(1), time, Runnable::run),
                new ExchangeListener() {});
    }
}
