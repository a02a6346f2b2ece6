package dev.tokensidecar.telemetry;

import dev.tokensidecar.token.TokenServices;
import io.smallrye.health.api.HealthRegistry;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/** What each token contributes to the probes: the pod is ready when all its tokens are. */
@Singleton
public final class HealthChecks {

    private final HealthRegistry startup;
    private final HealthRegistry readiness;

    HealthChecks(@Startup HealthRegistry startup, @Readiness HealthRegistry readiness) {
        this.startup = startup;
        this.readiness = readiness;
    }

    /** Adds the checks of every token; has to be done before the ports are opened. */
    public void add(TokenServices services) {
        services.byName().forEach((name, service) -> {
            startup.register(name, new StartedCheck(name, service));
            readiness.register(name, new ReadyCheck(name, service));
        });
    }
}
