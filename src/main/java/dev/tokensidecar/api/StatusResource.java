package dev.tokensidecar.api;

import dev.tokensidecar.ingress.Entrance;
import dev.tokensidecar.introspection.IntrospectionService;
import dev.tokensidecar.token.TokenServices;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Serves the state of each token, for troubleshooting. */
@Path("/status")
public final class StatusResource {

    private final TokenServices services;
    private final ConfiguredExchanges exchanges;
    private final IntrospectionService introspection;
    private final ServerVerification verification;
    private final Supplier<Entrance> entrance;

    public StatusResource(
            TokenServices services,
            ConfiguredExchanges exchanges,
            IntrospectionService introspection,
            ServerVerification verification,
            Supplier<Entrance> entrance) {
        this.services = services;
        this.exchanges = exchanges;
        this.introspection = introspection;
        this.verification = verification;
        this.entrance = entrance;
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "State of each token, without the token")
    public StatusJson status() {
        return StatusJson.of(services, exchanges, introspection, verification, entrance.get());
    }
}
