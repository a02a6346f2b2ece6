package dev.tokensidecar.telemetry;

import dev.tokensidecar.token.StoreProblem;
import dev.tokensidecar.token.TokenService;
import dev.tokensidecar.token.TokenStatus;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/** Up while the sidecar has a usable token, whether or not it can reach the authorization server. */
record ReadyCheck(String token, TokenService service) implements HealthCheck {

    @Override
    public HealthCheckResponse call() {
        TokenStatus status = service.status();
        StoreProblem problem = status.storeProblem();
        return HealthCheckResponse.named("usable token: " + token)
                .status(status.freshness().usable())
                .withData("state", status.state())
                .withData("failures_in_a_row", status.failuresInARow())
                .withData("store", problem == null ? "ok" : problem.label())
                .build();
    }
}
