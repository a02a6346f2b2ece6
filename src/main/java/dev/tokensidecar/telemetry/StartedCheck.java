package dev.tokensidecar.telemetry;

import dev.tokensidecar.token.TokenService;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/** Up from the first token on: containers that need a token may start then. */
record StartedCheck(String token, TokenService service) implements HealthCheck {

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("first token obtained: " + token)
                .status(service.status().generation() > 0)
                .build();
    }
}
