package dev.tokensidecar.api;

import dev.tokensidecar.ingress.Challenge;
import dev.tokensidecar.ingress.Entrance;
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
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** Serves a token, and takes reports that an API rejected it. The subclasses define the paths. */
abstract class TokenResource {

    private static final Pattern BEARER = Pattern.compile("Bearer +([!-~]+) *", Pattern.CASE_INSENSITIVE);

    private static final String MIN_TTL =
            "minimum remaining lifetime in whole seconds; the sidecar refreshes a token with less";
    private static final String REJECTED =
            "SHA-256, in lower-case hex, of a token that an API rejected with 401; the response has another one";
    private static final String FIELD =
            "a further field of the token response that the configuration allows, such as id_token; the response has it in"
                    + " addition, and as plain text alone";
    private static final String PREFER = "wait=N: the maximum wait in seconds (RFC 7240 section 4.3)";

    private static final String NAME = "name";

    private final ConfiguredTokens tokens;
    private final ConfiguredExchanges exchanges;
    private final TimeSource time;
    private final Supplier<Caller> caller;
    private final Supplier<Entrance> entrance;
    private final AuditedResults results;

    TokenResource(
            ConfiguredTokens tokens,
            ConfiguredExchanges exchanges,
            TimeSource time,
            Supplier<Caller> caller,
            Supplier<Entrance> entrance,
            AuditedResults results) {
        this.tokens = tokens;
        this.exchanges = exchanges;
        this.time = time;
        this.caller = caller;
        this.entrance = entrance;
        this.results = results;
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "A valid token")
    public Uni<TokenJson> asJson(
            @PathParam(NAME) @Nullable String name,
            @Parameter(description = MIN_TTL) @QueryParam("min_ttl") @Nullable String minTtl,
            @Parameter(description = REJECTED) @QueryParam("rejected") @Nullable String rejected,
            @Parameter(description = FIELD) @QueryParam("field") @Nullable String field,
            @Parameter(description = PREFER) @HeaderParam("Prefer") @Nullable String prefer) {
        return fetch(
                name, minTtl, rejected, field, prefer, (token, further) -> TokenJson.of(token, time.now(), further));
    }

    @GET
    @Produces(MediaType.TEXT_PLAIN)
    @Operation(summary = "A valid token, as plain text")
    public Uni<String> asText(
            @PathParam(NAME) @Nullable String name,
            @QueryParam("min_ttl") @Nullable String minTtl,
            @QueryParam("rejected") @Nullable String rejected,
            @QueryParam("field") @Nullable String field,
            @HeaderParam("Prefer") @Nullable String prefer) {
        return fetch(
                name,
                minTtl,
                rejected,
                field,
                prefer,
                (token, further) -> further == null ? text(token) : TokenJson.valueOf(token, further));
    }

    @POST
    @Path("/rejected")
    @Consumes({MediaType.APPLICATION_FORM_URLENCODED, MediaType.WILDCARD})
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Report a rejected token and get its replacement")
    public Uni<Response> rejectedAsJson(
            @PathParam(NAME) @Nullable String name,
            @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
            @FormParam("www_authenticate") @Nullable String wwwAuthenticate,
            @HeaderParam("Prefer") @Nullable String prefer) {
        return report(name, authorization, wwwAuthenticate, prefer, this::json);
    }

    @POST
    @Path("/rejected")
    @Consumes({MediaType.APPLICATION_FORM_URLENCODED, MediaType.WILDCARD})
    @Produces(MediaType.TEXT_PLAIN)
    @Operation(summary = "Report a rejected token and get its replacement, as plain text")
    public Uni<Response> rejectedAsText(
            @PathParam(NAME) @Nullable String name,
            @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
            @FormParam("www_authenticate") @Nullable String wwwAuthenticate,
            @HeaderParam("Prefer") @Nullable String prefer) {
        return report(name, authorization, wwwAuthenticate, prefer, TokenResource::text);
    }

    /** Makes the response from a token and the further field that the caller wants. */
    @FunctionalInterface
    private interface TokenBody<T> {
        T of(AccessToken token, @Nullable String further);
    }

    private <T> Uni<T> fetch(
            @Nullable String name,
            @Nullable String minTtl,
            @Nullable String rejected,
            @Nullable String field,
            @Nullable String prefer,
            TokenBody<T> body) {
        ConfiguredToken token = configured(name);
        String further = results.checked(token.name(), () -> token.parameters().field(field));
        return results.of(
                token.name(),
                () -> token.token(token.parameters().tokenRequest(minTtl, rejected, prefer), caller.get()),
                granted -> body.of(granted, further));
    }

    private Uni<Response> report(
            @Nullable String name,
            @Nullable String authorization,
            @Nullable String wwwAuthenticate,
            @Nullable String prefer,
            Function<AccessToken, Object> body) {
        ConfiguredExchange exchange = exchanges.find(name, entrance.get());
        if (exchange == null) {
            return replacement(configured(name), authorization, wwwAuthenticate, prefer, body);
        }
        TokenHash rejected = rejectedToken(authorization);
        if (Challenge.mayBeCuredByRefresh(wwwAuthenticate)) {
            exchange.tokens().reject(rejected);
        }
        return Uni.createFrom().item(Response.noContent().build());
    }

    /** Whoever reports a token asks for the next one. */
    private Uni<Response> replacement(
            ConfiguredToken token,
            @Nullable String authorization,
            @Nullable String wwwAuthenticate,
            @Nullable String prefer,
            Function<AccessToken, Object> body) {
        TokenHash rejected = results.checked(token.name(), () -> rejectedToken(authorization));
        Duration maxWait = token.parameters().maxWait(prefer);
        TokenRequest request = Challenge.mayBeCuredByRefresh(wwwAuthenticate)
                ? TokenRequest.afterRejection(rejected, maxWait)
                : TokenRequest.any(maxWait);
        return results.of(
                token.name(),
                () -> token.token(request, caller.get()),
                granted -> Response.ok(body.apply(granted)).build());
    }

    private static TokenHash rejectedToken(@Nullable String authorization) {
        Matcher bearer = BEARER.matcher(authorization == null ? "" : authorization);
        if (!bearer.matches()) {
            throw new InvalidRequest("send the rejected token as \"Authorization: Bearer <token>\"");
        }
        return TokenHash.of(Secret.of(bearer.group(1)));
    }

    /** @param name null for the default token */
    private ConfiguredToken configured(@Nullable String name) {
        ConfiguredExchange exchange = exchanges.find(name, entrance.get());
        return exchange == null
                ? results.checked(null, () -> tokens.get(name == null ? TokenServices.DEFAULT : name, entrance.get()))
                : results.checked(exchange.name(), TokenResource::tokenOfUser);
    }

    private static ConfiguredToken tokenOfUser() {
        throw new InvalidRequest(
                "this token is on behalf of a user: send the token of the user by POST, as RFC 8693 or RFC 7523 says");
    }

    private TokenJson json(AccessToken token) {
        return TokenJson.of(token, time.now());
    }

    private static String text(AccessToken token) {
        return token.value().reveal();
    }

    /** The default token, which needs no name in the path. */
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
        DefaultToken(
                ConfiguredTokens tokens,
                ConfiguredExchanges exchanges,
                TimeSource time,
                Supplier<Caller> caller,
                Supplier<Entrance> entrance,
                AuditedResults results) {
            super(tokens, exchanges, time, caller, entrance, results);
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
        NamedToken(
                ConfiguredTokens tokens,
                ConfiguredExchanges exchanges,
                TimeSource time,
                Supplier<Caller> caller,
                Supplier<Entrance> entrance,
                AuditedResults results) {
            super(tokens, exchanges, time, caller, entrance, results);
        }
    }
}
