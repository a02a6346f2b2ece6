package dev.tokensidecar.api;

import dev.tokensidecar.ingress.FormBody;
import dev.tokensidecar.ingress.TokenErrorBody;
import dev.tokensidecar.introspection.Introspection;
import dev.tokensidecar.introspection.IntrospectionService;
import dev.tokensidecar.token.Secret;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
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

/** Checks a token that somebody has sent to the application, as an introspection endpoint does (RFC 7662). */
@Path("/introspect")
public final class IntrospectionResource {

    private static final String INACTIVE = "{\"active\":false}";

    private final IntrospectionService service;

    public IntrospectionResource(IntrospectionService service) {
        this.service = service;
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Whether a token is active, and its claims (RFC 7662)")
    @APIResponse(
            responseCode = "200",
            description = "the answer; an active token's claims are in it too",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = IntrospectionJson.class)))
    @APIResponse(
            responseCode = "default",
            description = "no answer (RFC 6749 section 5.2); see docs/http-api.md",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = TokenErrorBody.class)))
    public Uni<Response> introspect(
            @Parameter(description = "the token that somebody sent to the application", required = true)
                    @FormParam("token")
                    List<String> token,
            @Parameter(description = "accepted and ignored") @FormParam("token_type_hint") List<String> tokenTypeHint,
            @Context RoutingContext context) {
        return Uni.createFrom()
                .deferred(() -> service.introspect(token(new FormFields(FormBody.parameters(context)))))
                .map(IntrospectionResource::response)
                .onFailure()
                .recoverWithItem(ErrorResponses::tokenError)
                .map(response -> response.header("Pragma", "no-cache").build());
    }

    private Secret token(FormFields form) {
        if (!service.isConfigured()) {
            throw new IntrospectionMissing();
        }
        String token = form.single("token");
        if (token == null) {
            throw TokenRequestError.invalidRequest("send the token as token=...");
        }
        return Secret.of(token);
    }

    private static Response.ResponseBuilder response(Introspection result) {
        return Response.status(Response.Status.OK)
                .type(MediaType.APPLICATION_JSON_TYPE.withCharset("UTF-8"))
                .entity(
                        switch (result) {
                            case Introspection.Active active ->
                                active.response().toString();
                            case Introspection.Inactive inactive -> INACTIVE;
                        });
    }
}
