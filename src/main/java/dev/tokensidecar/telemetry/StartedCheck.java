package dev.tokensidecar.telemetry;

import dev.tokensidecar.token.TokenService;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** Up once the first token was obtained: containers that need one may start. */
@Startup
@Singleton
final class StartedCheck implements HealthCheck {

    private final TokenService service;

    StartedCheck(TokenService service) {
        this.service = service;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("first token obtained")
                .status(service.status().generation() > 0)
                .build();
    }
}
