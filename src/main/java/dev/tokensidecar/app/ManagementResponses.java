package dev.tokensidecar.app;

import dev.tokensidecar.ingress.CoalescedResponse;
import dev.tokensidecar.ingress.CoalescedResponse.Content;
import dev.tokensidecar.token.TimeSource;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import io.smallrye.health.SmallRyeHealth;
import io.smallrye.health.SmallRyeHealthReporter;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.function.Supplier;

/** The responses to probes and scrapes, by path. */
@SuppressWarnings("deprecation") // Quarkus uses the registry of the first Prometheus client
@Singleton
final class ManagementResponses {

    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;
    private static final String JSON = "application/json; charset=UTF-8";

    private final SmallRyeHealthReporter health;
    private final PrometheusMeterRegistry meters;
    private final TimeSource time;

    ManagementResponses(SmallRyeHealthReporter health, PrometheusMeterRegistry meters, TimeSource time) {
        this.health = health;
        this.meters = meters;
        this.time = time;
    }

    Map<String, Handler<RoutingContext>> byPath() {
        return Map.of(
                "/q/health", health(health::getHealth),
                "/q/health/live", health(health::getLiveness),
                "/q/health/ready", health(health::getReadiness),
                "/q/health/started", health(health::getStartup),
                "/q/metrics", metrics());
    }

    private Handler<RoutingContext> health(Supplier<SmallRyeHealth> checks) {
        return new CoalescedResponse(() -> content(checks.get()), time::nanos);
    }

    private Content content(SmallRyeHealth state) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        health.reportHealth(body, state);
        return new Content(state.isDown() ? UNAVAILABLE : OK, JSON, Buffer.buffer(body.toByteArray()));
    }

    /** Responds in the Prometheus text format, or in the OpenMetrics format if the request accepts that. */
    private Handler<RoutingContext> metrics() {
        Handler<RoutingContext> text = scrape(TextFormat.CONTENT_TYPE_004);
        Handler<RoutingContext> openMetrics = scrape(TextFormat.CONTENT_TYPE_OPENMETRICS_100);
        return context -> {
            String format = TextFormat.chooseContentType(context.request().getHeader(HttpHeaders.ACCEPT));
            (format.equals(TextFormat.CONTENT_TYPE_004) ? text : openMetrics).handle(context);
        };
    }

    private Handler<RoutingContext> scrape(String format) {
        return new CoalescedResponse(() -> new Content(OK, format, Buffer.buffer(meters.scrape(format))), time::nanos);
    }
}
