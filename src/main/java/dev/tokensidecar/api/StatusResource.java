package dev.tokensidecar.api;

import dev.tokensidecar.token.TokenService;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Why the token is as it is, for whoever has to find out. */
@Path("/status")
public final class StatusResource {

    /** The name of the token behind {@code /token}, here and as a label of the metrics. */
    public static final String DEFAULT_TOKEN = "default";

    private final TokenService service;

    public StatusResource(TokenService service) {
        this.service = service;
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "State of the token, without the token")
    public StatusAnswer status() {
        return StatusAnswer.of(DEFAULT_TOKEN, service.status());
    }
}
