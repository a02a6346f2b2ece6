package dev.tokensidecar.telemetry;

import dev.tokensidecar.token.TokenServices;
import io.smallrye.health.api.HealthRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.LinkedHashSet;
import java.util.Set;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/** Registers the health checks of all tokens: the pod is ready when every token is usable. */
@Singleton
public final class HealthChecks {

    private final HealthRegistry startup;
    private final HealthRegistry readiness;
    private final Set<String> names = new LinkedHashSet<>();

    HealthChecks(@Startup HealthRegistry startup, @Readiness HealthRegistry readiness) {
        this.startup = startup;
        this.readiness = readiness;
    }

    /** Adds the checks of every token. Call this before the ports open. */
    public void add(TokenServices services) {
        services.byName().forEach((name, service) -> {
            startup.register(name, new StartedCheck(name, service));
            readiness.register(name, new ReadyCheck(name, service));
            names.add(name);
        });
    }

    /** Removes them: a live reload keeps the registries, and the next configuration may have fewer tokens. */
    @PreDestroy
    void remove() {
        names.forEach(name -> {
            startup.remove(name);
            readiness.remove(name);
        });
    }
}
