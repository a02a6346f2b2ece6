package dev.tokensidecar.telemetry;

import dev.tokensidecar.token.TokenServices;
import io.smallrye.health.api.HealthRegistry;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/** Registers the health checks of all tokens: the pod is ready when every token is usable. */
@Singleton
public final class HealthChecks {

    private final HealthRegistry startup;
    private final HealthRegistry readiness;

    HealthChecks(@Startup HealthRegistry startup, @Readiness HealthRegistry readiness) {
        this.startup = startup;
        this.readiness = readiness;
    }

    /** Adds the checks of every token. Call this before the ports open. */
    public void add(TokenServices services) {
        services.byName().forEach((name, service) -> {
            startup.register(name, new StartedCheck(name, service));
            readiness.register(name, new ReadyCheck(name, service));
        });
    }
}
