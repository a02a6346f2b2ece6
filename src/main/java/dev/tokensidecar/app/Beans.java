package dev.tokensidecar.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.api.ConfiguredExchange;
import dev.tokensidecar.api.ConfiguredExchanges;
import dev.tokensidecar.api.ConfiguredTokens;
import dev.tokensidecar.api.RequestParameters;
import dev.tokensidecar.api.ServerVerification;
import dev.tokensidecar.api.TokenSelection;
import dev.tokensidecar.audit.CallerAudit;
import dev.tokensidecar.config.SettingsReader;
import dev.tokensidecar.config.SidecarSettings;
import dev.tokensidecar.config.TokenSettings;
import dev.tokensidecar.egress.ProxyRules;
import dev.tokensidecar.ingress.AuditTrail;
import dev.tokensidecar.ingress.CallerCredentials;
import dev.tokensidecar.ingress.CallerSecretCheck;
import dev.tokensidecar.ingress.Entrance;
import dev.tokensidecar.ingress.Guard;
import dev.tokensidecar.ingress.ProblemResponder;
import dev.tokensidecar.introspection.IntrospectionService;
import dev.tokensidecar.page.PageHandlers;
import dev.tokensidecar.token.CallerGroups;
import dev.tokensidecar.token.TimeSource;
import dev.tokensidecar.token.TokenServices;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.Config;

/** Creates the singletons. Each of them gets plain values, not the settings object. */
final class Beans {

    @Produces
    @Singleton
    SidecarSettings settings(Config config) {
        return new SettingsReader(config, System.getenv()).read();
    }

    @Produces
    @Singleton
    TimeSource time() {
        return new SystemTime();
    }

    @Produces
    @Singleton
    TokenFactory factory(
            SidecarSettings settings,
            TimeSource time,
            OutboundVertx outbound,
            TlsConfigurationRegistry tls,
            MeterRegistry meters,
            Tracing tracing,
            CallerGroups callers,
            ProxyRules proxies) {
        return new TokenFactory(
                ProcessIds.next(settings.pod(), System.getenv()),
                settings.page().enabled(),
                time,
                outbound.vertx(),
                tls,
                single(meters),
                tracing,
                callers,
                proxies);
    }

    @Produces
    @Singleton
    ProxyRules proxies(SidecarSettings settings) {
        return Proxies.rules(settings.proxy());
    }

    /** Runs before the Vert.x closes: the container destroys what producers have made first. */
    void close(@Disposes TokenFactory factory) {
        factory.close();
    }

    @Produces
    @Singleton
    TokenServices services(TokenFactory factory, SidecarSettings settings) {
        return factory.make(settings.tokens());
    }

    @Produces
    @Singleton
    CallerGroups callers() {
        return new PeerUsers();
    }

    @Produces
    @Singleton
    MeterBinder buildInfo() {
        return BuildInfo.metrics();
    }

    @Produces
    @Singleton
    PageHandlers page(PageViews views, @Named("page") Handler<RoutingContext> guard, TimeSource time) {
        return new PageHandlers(views::now, guard, time::nanos);
    }

    /** Guards what dev mode adds to the page as well. */
    @Produces
    @Singleton
    @Named("page")
    Handler<RoutingContext> pageGuard(ObjectMapper json) {
        return Guard.ofPage(new ProblemResponder(json));
    }

    /** Unwraps a composite of one registry: a composite iterates over its registries at each increment. */
    private static MeterRegistry single(MeterRegistry meters) {
        return meters instanceof CompositeMeterRegistry composite
                        && composite.getRegistries().size() == 1
                ? composite.getRegistries().iterator().next()
                : meters;
    }

    @Produces
    @Singleton
    ConfiguredTokens configuredTokens(
            SidecarSettings settings, TokenServices services, ObjectMapper json, TimeSource time) {
        Map<String, RequestParameters> parameters = new LinkedHashMap<>();
        settings.tokens().forEach((name, token) -> parameters.put(name, parameters(name, token)));
        return new ConfiguredTokens(services, parameters, json, time);
    }

    @Produces
    @Singleton
    ConfiguredExchanges exchanges(SidecarSettings settings, TokenFactory factory) {
        Map<String, ConfiguredExchange> exchanges = new LinkedHashMap<>();
        factory.exchanges(settings.tokens()).forEach((name, tokens) -> {
            TokenSettings token = Objects.requireNonNull(settings.tokens().get(name));
            exchanges.put(
                    name,
                    new ConfiguredExchange(
                            name,
                            tokens,
                            ExchangeRuleSettings.rules(name, settings.tokens()),
                            parameters(name, token)));
        });
        return new ConfiguredExchanges(exchanges);
    }

    @Produces
    @Singleton
    IntrospectionService introspection(SidecarSettings settings, TokenFactory factory) {
        return factory.introspection(settings);
    }

    private static RequestParameters parameters(String name, TokenSettings settings) {
        return new RequestParameters(
                settings.http().maxWait(),
                settings.authorizationServer().timeout(),
                settings.fields(),
                SettingsReader.prefix(name) + "fields");
    }

    @Produces
    @Singleton
    TokenSelection selection(SidecarSettings settings) {
        Map<String, TokenSelection.Target> configured = new LinkedHashMap<>();
        settings.tokens().forEach((name, token) -> {
            if (token.exchange() == null) {
                configured.put(name, target(token.grant()));
            }
        });
        return new TokenSelection(configured);
    }

    private static TokenSelection.Target target(TokenSettings.GrantSettings grant) {
        Set<String> apis = new HashSet<>(grant.resource());
        if (grant.audience() != null) {
            apis.add(grant.audience());
        }
        return new TokenSelection.Target(grant.scope(), apis);
    }

    @Produces
    @Singleton
    ServerVerification verification(SidecarSettings settings, TlsConfigurationRegistry tls) {
        return new ServerVerifications(tls).of(settings);
    }

    @Produces
    @Singleton
    CallerCredentials credentials(SidecarSettings settings) {
        SidecarSettings.Header header = settings.guard().requiredHeader();
        return new CallerCredentials(
                header == null ? null : header.name(),
                header == null ? null : header.value(),
                SecretFiles.optional(settings.guard().callerSecretFile(), "caller secret"));
    }

    @Produces
    @Singleton
    AuditTrail audit(SidecarSettings settings, CallerGroups users, TimeSource time) {
        return settings.audit().enabled() ? new CallerAudit(users, time, Threads.auditor()) : AuditTrail.OFF;
    }

    /** Writes the last lines when all listeners have closed. */
    void close(@Disposes AuditTrail audit) {
        audit.close();
    }

    @Produces
    @Singleton
    Supplier<RoutingContext> request(CurrentVertxRequest current) {
        return current::getCurrent;
    }

    @Produces
    @Singleton
    Supplier<Entrance> entrance(Supplier<RoutingContext> request) {
        return () -> Entrance.of(request.get().request().connection());
    }

    @Produces
    @Singleton
    ProblemResponder problems(ObjectMapper json) {
        return ProblemResponder.ofTokenInterface(json);
    }

    @Produces
    @Singleton
    Guard guard(ProblemResponder problems, CallerCredentials credentials, AuditTrail audit) {
        return new Guard(problems, credentials, audit);
    }

    @Produces
    @Singleton
    CallerSecretCheck secretCheck(ProblemResponder problems, CallerCredentials credentials, AuditTrail audit) {
        return CallerSecretCheck.ofTokenInterface(problems, credentials, audit);
    }
}
