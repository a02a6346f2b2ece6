package dev.tokensidecar.api;

import dev.tokensidecar.ingress.Challenge;
import dev.tokensidecar.ingress.Problem;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.Caller;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.TimeSource;
import dev.tokensidecar.token.TokenHash;
import dev.tokensidecar.token.TokenRequest;
import dev.tokensidecar.token.TokenServices;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/**
 * A token, and the report that an API rejected it. Translates, and nothing else. The paths are those of the subclasses.
 */
abstract class TokenResource {

    private static final Pattern BEARER = Pattern.compile("Bearer +([!-~]+) *", Pattern.CASE_INSENSITIVE);

    private static final String MIN_TTL = "least remaining life in whole seconds; a token with less is renewed first";
    private static final String REJECTED =
            "SHA-256, in lower-case hex, of a token that an API answered 401 to; the answer is another one";
    private static final String PREFER = "wait=N: how many seconds to wait at most (RFC 7240 section 4.3)";

    private static final String NAME = "name";

    private final TokenServices services;
    private final Map<String, RequestParameters> parameters;
    private final TimeSource time;
    private final Supplier<Caller> caller;

    TokenResource(
            TokenServices services, Map<String, RequestParameters> parameters, TimeSource time, Supplier<Caller> caller) {
        this.services = services;
        this.parameters = parameters;
        this.time = time;
        this.caller = caller;
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "A token that works")
    public Uni<TokenJson> asJson(
            @PathParam(NAME) @Nullable String name,
            @Parameter(description = MIN_TTL) @QueryParam("min_ttl") @Nullable String minTtl,
            @Parameter(description = REJECTED) @QueryParam("rejected") @Nullable String rejected,
            @Parameter(description = PREFER) @HeaderParam("Prefer") @Nullable String prefer) {
        return json(name, reader(name).request(minTtl, rejected, prefer));
    }

    @GET
    @Produces(MediaType.TEXT_PLAIN)
    @Operation(summary = "A token that works, and nothing else")
    public Uni<String> asText(
            @PathParam(NAME) @Nullable String name,
            @QueryParam("min_ttl") @Nullable String minTtl,
            @QueryParam("rejected") @Nullable String rejected,
            @HeaderParam("Prefer") @Nullable String prefer) {
        return text(name, reader(name).request(minTtl, rejected, prefer));
    }

    @POST
    @Path("/rejected")
    @Consumes({MediaType.APPLICATION_FORM_URLENCODED, MediaType.WILDCARD})
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Report a rejected token, and get the one to go on with")
    public Uni<TokenJson> rejectedAsJson(
            @PathParam(NAME) @Nullable String name,
            @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
            @FormParam("www_authenticate") @Nullable String wwwAuthenticate,
            @HeaderParam("Prefer") @Nullable String prefer) {
        return json(name, report(authorization, wwwAuthenticate, reader(name).maxWait(prefer)));
    }

    @POST
    @Path("/rejected")
    @Consumes({MediaType.APPLICATION_FORM_URLENCODED, MediaType.WILDCARD})
    @Produces(MediaType.TEXT_PLAIN)
    @Operation(summary = "Report a rejected token, and get the one to go on with, and nothing else")
    public Uni<String> rejectedAsText(
            @PathParam(NAME) @Nullable String name,
            @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
            @FormParam("www_authenticate") @Nullable String wwwAuthenticate,
            @HeaderParam("Prefer") @Nullable String prefer) {
        return text(name, report(authorization, wwwAuthenticate, reader(name).maxWait(prefer)));
    }

    private static TokenRequest report(
            @Nullable String authorization, @Nullable String wwwAuthenticate, Duration maxWait) {
        Matcher bearer = BEARER.matcher(authorization == null ? "" : authorization);
        if (!bearer.matches()) {
            throw new InvalidRequest("send the rejected token as \"Authorization: Bearer <token>\"");
        }
        TokenHash rejected = TokenHash.of(Secret.of(bearer.group(1)));
        return Challenge.mayBeCuredByRenewal(wwwAuthenticate)
                ? TokenRequest.afterRejection(rejected, maxWait)
                : TokenRequest.any(maxWait);
    }

    private Uni<TokenJson> json(@Nullable String name, TokenRequest request) {
        return token(name, request).map(token -> TokenJson.of(token, time.now()));
    }

    private Uni<String> text(@Nullable String name, TokenRequest request) {
        return token(name, request).map(token -> token.value().reveal());
    }

    private Uni<AccessToken> token(@Nullable String name, TokenRequest request) {
        return known(services.get(orDefault(name))).token(request, caller.get());
    }

    private RequestParameters reader(@Nullable String name) {
        return known(parameters.get(orDefault(name)));
    }

    private static String orDefault(@Nullable String name) {
        return name == null ? TokenServices.DEFAULT : name;
    }

    private static <T> T known(@Nullable T configured) {
        if (configured == null) {
            throw new UnknownToken();
        }
        return configured;
    }

    /** The token that needs no name. */
    @Path("/token")
    @APIResponse(
            responseCode = "200",
            content = {
                @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = TokenJson.class)),
                @Content(mediaType = MediaType.TEXT_PLAIN, schema = @Schema(implementation = String.class))
            })
    @APIResponse(
            responseCode = "default",
            description = "no token: 400, 403, 410, 429, 500, 502, 503 or 504; see docs/http-api.md",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    static final class DefaultToken extends TokenResource {
        DefaultToken(TokenServices services, Map<String, RequestParameters> parameters, TimeSource time, Supplier<Caller> caller) {
            super(services, parameters, time, caller);
        }
    }

    /** Any token by its name. */
    @Path("/tokens/{name}")
    @APIResponse(
            responseCode = "200",
            content = {
                @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = TokenJson.class)),
                @Content(mediaType = MediaType.TEXT_PLAIN, schema = @Schema(implementation = String.class))
            })
    @APIResponse(
            responseCode = "default",
            description = "no token: 400, 403, 410, 429, 500, 502, 503 or 504; see docs/http-api.md",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    static final class NamedToken extends TokenResource {
        NamedToken(TokenServices services, Map<String, RequestParameters> parameters, TimeSource time, Supplier<Caller> caller) {
            super(services, parameters, time, caller);
        }
    }
}
