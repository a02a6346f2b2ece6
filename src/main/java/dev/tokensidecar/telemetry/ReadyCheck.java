package dev.tokensidecar.telemetry;

import dev.tokensidecar.token.StoreProblem;
import dev.tokensidecar.token.TokenService;
import dev.tokensidecar.token.TokenStatus;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/** Up while there is a usable token, whether or not the authorization server can be reached. */
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
