package dev.tokensidecar.telemetry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * The meter that says what runs in a pod.
 *
 * @param commit the hash of the source
 * @param java the version of the Java runtime
 */
public record BuildMetrics(String version, String commit, String java) implements MeterBinder {

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("token_sidecar_build_info", () -> 1)
                .description("always 1; the labels say what runs")
                .tags(Tags.of("version", version, "commit", commit, "java", java))
                .register(registry);
    }
}
