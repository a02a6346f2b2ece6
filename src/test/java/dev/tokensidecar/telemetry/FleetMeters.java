package dev.tokensidecar.telemetry;

import dev.tokensidecar.token.TimeSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;

/** The meters that only a sidecar with a store in Kubernetes has. */
public final class FleetMeters {

    private FleetMeters() {}

    /** Whether a meter in a scrape is one of these. */
    static boolean isOne(String meter) {
        return meter.startsWith("token_sidecar_store_api_calls") || meter.startsWith("token_sidecar_store_watch_age");
    }

    /** Scrapes an application without such a store as if it had one. */
    public static <T> T added(MeterRegistry registry, TimeSource time, Supplier<T> scrape) {
        var unused = new StoreApiMetrics(registry, "session-of-orders", time);
        try {
            return scrape.get();
        } finally {
            registry.find("token_sidecar_store_api_calls").meters().forEach(registry::remove);
            registry.find("token_sidecar_store_watch_age_seconds").meters().forEach(registry::remove);
        }
    }
}
