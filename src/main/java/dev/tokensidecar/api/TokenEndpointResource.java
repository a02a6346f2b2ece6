package dev.tokensidecar.api;

import dev.tokensidecar.ingress.Entrance;
import dev.tokensidecar.ingress.FormBody;
import dev.tokensidecar.ingress.TokenErrorBody;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** Serves tokens to OAuth client libraries whose token URL points here. The subclasses define the paths. */
abstract class TokenEndpointResource {

    private final ClientCredentialsEndpoint endpoint;
    private final ConfiguredExchanges exchanges;
    private final ExchangeEndpoint onBehalf;

    TokenEndpointResource(
            ClientCredentialsEndpoint endpoint, ConfiguredExchanges exchanges, ExchangeEndpoint onBehalf) {
        this.endpoint = endpoint;
        this.exchanges = exchanges;
        this.onBehalf = onBehalf;
    }

    @POST
    @Consumes({MediaType.APPLICATION_FORM_URLENCODED, MediaType.WILDCARD})
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "The token, for an OAuth client library (RFC 6749 section 4.4)")
    @APIResponse(
            responseCode = "200",
            description = "the token",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = TokenJson.class)))
    @APIResponse(
            responseCode = "default",
            description = "no token (RFC 6749 section 5.2); see docs/http-api.md",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = TokenErrorBody.class)))
    public Uni<Response> grant(
            @PathParam("name") @Nullable String name,
            @Parameter(
                            description =
                                    "client_credentials; for a token on behalf of users the grant that is configured, with the"
                                            + " fields of RFC 8693 or RFC 7523")
                    @FormParam("grant_type")
                    List<String> grantType,
            @Parameter(description = "the scope that the token has to cover") @FormParam("scope") List<String> scope,
            @Parameter(description = "the API that the token has to be for") @FormParam("audience")
                    List<String> audience,
            @Parameter(description = "the API that the token has to be for (RFC 8707)") @FormParam("resource")
                    List<String> resource,
            @HeaderParam("Prefer") @Nullable String prefer,
            @Context RoutingContext context) {
        ConfiguredExchange exchange =
                exchanges.find(name, Entrance.of(context.request().connection()));
        return exchange == null
                ? endpoint.grant(name, () -> GrantRequest.of(grantType, scope, audience, resource), prefer)
                : onBehalf.exchange(exchange, FormBody.parameters(context), prefer);
    }

    /** The token that audience, resource and scope select; without any, the default token. */
    @Path("/token")
    static final class DefaultTokenEndpoint extends TokenEndpointResource {
        DefaultTokenEndpoint(
                ClientCredentialsEndpoint endpoint, ConfiguredExchanges exchanges, ExchangeEndpoint onBehalf) {
            super(endpoint, exchanges, onBehalf);
        }
    }

    /** A token by its name. */
    @Path("/tokens/{name}")
    static final class NamedTokenEndpoint extends TokenEndpointResource {
        NamedTokenEndpoint(
                ClientCredentialsEndpoint endpoint, ConfiguredExchanges exchanges, ExchangeEndpoint onBehalf) {
            super(endpoint, exchanges, onBehalf);
        }
    }
}
