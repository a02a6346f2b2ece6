package dev.tokensidecar.app;

import dev.tokensidecar.ingress.SharedAnswer;
import dev.tokensidecar.ingress.SharedAnswer.Answer;
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

/** The answers to probes and scrapes, by their paths. */
@SuppressWarnings("deprecation") // Quarkus has the registry of Prometheus' first client
@Singleton
final class ManagementAnswers {

    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;
    private static final String JSON = "application/json; charset=UTF-8";

    private final SmallRyeHealthReporter health;
    private final PrometheusMeterRegistry meters;
    private final TimeSource time;

    ManagementAnswers(SmallRyeHealthReporter health, PrometheusMeterRegistry meters, TimeSource time) {
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
        return new SharedAnswer(() -> told(checks.get()), time::nanos);
    }

    private Answer told(SmallRyeHealth state) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        health.reportHealth(body, state);
        return new Answer(state.isDown() ? UNAVAILABLE : OK, JSON, Buffer.buffer(body.toByteArray()));
    }

    /** In the format of Prometheus, or in that of OpenMetrics for whoever takes it. */
    private Handler<RoutingContext> metrics() {
        Handler<RoutingContext> text = scrape(TextFormat.CONTENT_TYPE_004);
        Handler<RoutingContext> openMetrics = scrape(TextFormat.CONTENT_TYPE_OPENMETRICS_100);
        return context -> {
            String format = TextFormat.chooseContentType(context.request().getHeader(HttpHeaders.ACCEPT));
            (format.equals(TextFormat.CONTENT_TYPE_004) ? text : openMetrics).handle(context);
        };
    }

    private Handler<RoutingContext> scrape(String format) {
        return new SharedAnswer(() -> new Answer(OK, format, Buffer.buffer(meters.scrape(format))), time::nanos);
    }
}
