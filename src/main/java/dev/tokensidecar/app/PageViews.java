package dev.tokensidecar.app;

import dev.tokensidecar.cli.Version;
import dev.tokensidecar.config.SidecarSettings;
import dev.tokensidecar.page.PageView;
import dev.tokensidecar.page.PageView.RouteView;
import dev.tokensidecar.page.PageView.TokenView;
import dev.tokensidecar.token.LastRefresh;
import dev.tokensidecar.token.TimeSource;
import dev.tokensidecar.token.TokenService;
import dev.tokensidecar.token.TokenServices;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/** Collects what the page shows: the state of the tokens, and counts of the meters. */
@SuppressWarnings("deprecation") // Quarkus uses the registry of the first Prometheus client
@Singleton
final class PageViews {

    private static final Set<String> SERVED = Set.of("served", "served_after_wait");
    private static final Set<String> FAILED = Set.of("no_token", "unavailable", "timeout", "refused");
    private static final String FORWARDED = "token_sidecar_forwarded";

    private final Instance<SidecarSettings> settings;
    private final Instance<TokenServices> services;
    private final Instance<TokenFactory> factory;
    private final PrometheusMeterRegistry meters;
    private final TimeSource time;

    PageViews(
            Instance<SidecarSettings> settings,
            Instance<TokenServices> services,
            Instance<TokenFactory> factory,
            PrometheusMeterRegistry meters,
            TimeSource time) {
        this.settings = settings;
        this.services = services;
        this.factory = factory;
        this.meters = meters;
        this.time = time;
    }

    boolean enabled() {
        return settings.get().page().enabled();
    }

    PageView now() {
        return new PageView(
                time.now().instant(),
                factory.get().pod(),
                Version.CURRENT,
                services.get().byName().entrySet().stream()
                        .map(service -> token(service.getKey(), service.getValue()))
                        .toList(),
                settings.get().forwards().keySet().stream().map(this::route).toList());
    }

    private TokenView token(String name, TokenService service) {
        SidecarSettings all = settings.get();
        return new TokenView(
                name,
                Objects.requireNonNull(all.tokens().get(name)).store().kubernetes() != null,
                service.status(),
                factory.get().refreshes(name),
                count("token_sidecar_requests", "token", name, SERVED::contains),
                count("token_sidecar_refreshes", "token", name, outcome -> !outcome.equals(LastRefresh.ADOPTED)));
    }

    private RouteView route(String name) {
        Gauge running =
                meters.find("token_sidecar_forwarding").tag("forward", name).gauge();
        return new RouteView(
                name,
                count(FORWARDED, "forward", name, outcome -> true),
                running == null ? 0 : (long) running.value(),
                count(FORWARDED, "forward", name, "repeated"::equals),
                count(FORWARDED, "forward", name, "rejected"::equals),
                count(FORWARDED, "forward", name, FAILED::contains));
    }

    private long count(String meter, String label, String name, Predicate<String> outcomes) {
        return (long) meters.find(meter).tag(label, name).counters().stream()
                .filter(counter -> outcomes.test(counter.getId().getTag("outcome")))
                .mapToDouble(Counter::count)
                .sum();
    }
}
