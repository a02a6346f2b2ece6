package dev.tokensidecar.app;

import dev.tokensidecar.api.FastPath;
import dev.tokensidecar.config.InvalidConfiguration;
import dev.tokensidecar.config.SidecarSettings;
import dev.tokensidecar.ingress.CallerSecretCheck;
import dev.tokensidecar.ingress.FormsOnly;
import dev.tokensidecar.ingress.Guard;
import dev.tokensidecar.ingress.ProblemResponder;
import dev.tokensidecar.ingress.WellFormedForm;
import dev.tokensidecar.introspection.IntrospectionService;
import dev.tokensidecar.telemetry.HealthChecks;
import dev.tokensidecar.token.TokenServices;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.quarkus.vertx.http.runtime.filters.Filters;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.Config;

/** Starts and stops the sidecar. All of this runs before the first port opens, or after the last port has closed. */
@Singleton
final class Lifecycle {

    static final int GUARD_PRIORITY = 1000;
    private static final int MEDIA_TYPE_PRIORITY = GUARD_PRIORITY - 1;
    private static final int FORM_PRIORITY = MEDIA_TYPE_PRIORITY - 1;
    private static final int SECRET_PRIORITY = FORM_PRIORITY - 1;
    static final int SPAN_PRIORITY = SECRET_PRIORITY - 1;
    private static final int FAST_PATH_PRIORITY = SPAN_PRIORITY - 1;

    private final Instance<SidecarSettings> settings;
    private final Instance<TokenServices> services;
    private final Instance<IntrospectionService> introspection;
    private final Config config;
    private final TlsConfigurationRegistry tls;
    private final HealthChecks healthChecks;
    private final TokenListeners tokenListeners;
    private final LocalSockets localSockets;
    private final ForwardServers forwardServers;
    private final GatewayServer gatewayServer;
    private final ManagementListener managementListener;
    private final Shutdown shutdown;

    Lifecycle(
            Instance<SidecarSettings> settings,
            Instance<TokenServices> services,
            Instance<IntrospectionService> introspection,
            Config config,
            TlsConfigurationRegistry tls,
            HealthChecks healthChecks,
            TokenListeners tokenListeners,
            LocalSockets localSockets,
            ForwardServers forwardServers,
            GatewayServer gatewayServer,
            ManagementListener managementListener,
            Shutdown shutdown) {
        this.settings = settings;
        this.services = services;
        this.introspection = introspection;
        this.config = config;
        this.tls = tls;
        this.healthChecks = healthChecks;
        this.tokenListeners = tokenListeners;
        this.localSockets = localSockets;
        this.forwardServers = forwardServers;
        this.gatewayServer = gatewayServer;
        this.managementListener = managementListener;
        this.shutdown = shutdown;
    }

    /**
     * Registers the filters. Quarkus does so before the start, and the start reports a bad configuration, so the filters
     * look up their delegates later.
     */
    void filters(
            @Observes Filters filters,
            Instance<Guard> guard,
            Instance<CallerSecretCheck> secret,
            Instance<FastPath> fastPath,
            ProblemResponder problems) {
        filters.register(exchange -> guard.get().handle(exchange), GUARD_PRIORITY);
        filters.register(new FormsOnly(problems), MEDIA_TYPE_PRIORITY);
        filters.register(new WellFormedForm(problems), FORM_PRIORITY);
        filters.register(exchange -> secret.get().handle(exchange), SECRET_PRIORITY);
        filters.register(exchange -> fastPath.get().handle(exchange), FAST_PATH_PRIORITY);
    }

    void start(@Observes @Priority(100) StartupEvent event) {
        LateFailures.receive();
        try {
            Warnings warnings = new Warnings(tls);
            warnings.log(config, System.getenv());
            warnings.log(settings.get());
        } catch (InvalidConfiguration e) {
            throw new ConfigurationException(e.getMessage());
        }
        RequestTargets.removeQueriesFromLog();
        TokenServices tokens = services.get();
        IntrospectionService checks = introspection.get();
        healthChecks.add(tokens);
        // who sees an open port may send a signal
        shutdown.install();
        managementListener.open();
        tokenListeners.open();
        localSockets.open();
        forwardServers.open();
        gatewayServer.open();
        tokens.start();
        checks.start();
    }

    /** Waits for a refresh in flight: its response may contain the only valid refresh token. */
    void stop(@Observes ShutdownEvent event) {
        shutdown.finish();
    }
}
