package dev.tokensidecar.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.api.DirectAnswers;
import dev.tokensidecar.config.InvalidConfiguration;
import dev.tokensidecar.config.SidecarSettings;
import dev.tokensidecar.ingress.FormsOnly;
import dev.tokensidecar.ingress.Guard;
import dev.tokensidecar.ingress.WellFormedForm;
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

/** Starts and stops the sidecar. Everything here runs before a port is opened, or after the last one was closed. */
@Singleton
final class Lifecycle {

    static final int BEFORE_EVERYTHING_ELSE = 1000;
    private static final int WHAT_IS_SERVED = BEFORE_EVERYTHING_ELSE - 1;
    private static final int WHAT_IS_READ = WHAT_IS_SERVED - 1;
    static final int AFTER_THE_GUARD = WHAT_IS_READ - 1;
    private static final int AFTER_THE_SPANS = AFTER_THE_GUARD - 1;

    private final Instance<SidecarSettings> settings;
    private final Instance<TokenServices> services;
    private final TlsConfigurationRegistry tls;
    private final HealthChecks healthChecks;
    private final TokenListeners tokenListeners;
    private final LocalSocket localSocket;
    private final ForwardServers forwardServers;
    private final ManagementListener managementListener;
    private final Shutdown shutdown;

    Lifecycle(
            Instance<SidecarSettings> settings,
            Instance<TokenServices> services,
            TlsConfigurationRegistry tls,
            HealthChecks healthChecks,
            TokenListeners tokenListeners,
            LocalSocket localSocket,
            ForwardServers forwardServers,
            ManagementListener managementListener,
            Shutdown shutdown) {
        this.settings = settings;
        this.services = services;
        this.tls = tls;
        this.healthChecks = healthChecks;
        this.tokenListeners = tokenListeners;
        this.localSocket = localSocket;
        this.forwardServers = forwardServers;
        this.managementListener = managementListener;
        this.shutdown = shutdown;
    }

    /** The filters are made before the start, where a bad configuration is told: the guard waits for that. */
    void filters(@Observes Filters filters, Instance<Guard> guard, Instance<DirectAnswers> answers, ObjectMapper json) {
        filters.register(exchange -> guard.get().handle(exchange), BEFORE_EVERYTHING_ELSE);
        filters.register(new FormsOnly(json), WHAT_IS_SERVED);
        filters.register(new WellFormedForm(json), WHAT_IS_READ);
        filters.register(exchange -> answers.get().handle(exchange), AFTER_THE_SPANS);
    }

    void start(@Observes @Priority(100) StartupEvent event) {
        try {
            new Warnings(tls).tell(settings.get());
        } catch (InvalidConfiguration e) {
            throw new ConfigurationException(e.getMessage());
        }
        RequestTargets.keepOutOfTheLog();
        TokenServices tokens = services.get();
        healthChecks.add(tokens);
        managementListener.open();
        tokenListeners.open();
        localSocket.open();
        forwardServers.open();
        tokens.start();
        shutdown.install();
    }

    /** The answer to a refresh under way may hold the only valid refresh token: it is waited for. */
    void stop(@Observes ShutdownEvent event) {
        shutdown.finish();
    }
}
