package dev.tokensidecar.api;

import dev.tokensidecar.ingress.CallerSecretCheck;
import dev.tokensidecar.ingress.Entrance;
import dev.tokensidecar.ingress.Guard;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.Caller;
import dev.tokensidecar.token.TimeSource;
import dev.tokensidecar.token.TokenRequest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Responds to OAuth client libraries as a token endpoint does (RFC 6749 section 4.4), with the sidecar's token. Ignores
 * the client's credentials: {@link Guard} and {@link CallerSecretCheck} decide who may have the token.
 */
@Singleton
final class ClientCredentialsEndpoint {

    private final ConfiguredTokens tokens;
    private final TokenSelection selection;
    private final TimeSource time;
    private final Supplier<Caller> caller;
    private final Supplier<Entrance> entrance;
    private final AuditedResults results;

    ClientCredentialsEndpoint(
            ConfiguredTokens tokens,
            TokenSelection selection,
            TimeSource time,
            Supplier<Caller> caller,
            Supplier<Entrance> entrance,
            AuditedResults results) {
        this.tokens = tokens;
        this.selection = selection;
        this.time = time;
        this.caller = caller;
        this.entrance = entrance;
        this.results = results;
    }

    /**
     * Responds to a token request.
     *
     * @param name the token's name; null to select the token by what the request asks for
     * @param request throws {@link TokenRequestError} if the request is malformed
     */
    Uni<Response> grant(@Nullable String name, Supplier<GrantRequest> request, @Nullable String prefer) {
        return Uni.createFrom()
                .deferred(() -> name == null ? selected(request, prefer) : named(name, request, prefer))
                .onFailure()
                .recoverWithItem(ErrorResponses::tokenError)
                .map(response -> forbidCaching(response).build());
    }

    private Uni<Response.ResponseBuilder> selected(Supplier<GrantRequest> request, @Nullable String prefer) {
        Entrance here = entrance.get();
        GrantRequest wanted = results.checked(null, request);
        return token(results.checked(null, () -> tokens.get(selection.select(wanted, here), here)), wanted, prefer);
    }

    /** Looks the name up first: a misspelt one is not a request for another grant. */
    private Uni<Response.ResponseBuilder> named(String name, Supplier<GrantRequest> request, @Nullable String prefer) {
        ConfiguredToken token = results.checked(null, () -> tokens.get(name, entrance.get()));
        return token(token, results.checked(token.name(), request), prefer);
    }

    private Uni<Response.ResponseBuilder> token(ConfiguredToken token, GrantRequest request, @Nullable String prefer) {
        TokenRequest any = TokenRequest.any(token.parameters().maxWait(prefer));
        return results.of(
                token.name(),
                () -> token.token(any, caller.get())
                        .invoke(granted -> selection.require(token.name(), granted.scope(), request)),
                this::granted);
    }

    private Response.ResponseBuilder granted(AccessToken token) {
        return Response.status(Response.Status.OK)
                .type(MediaType.APPLICATION_JSON_TYPE.withCharset("UTF-8"))
                .entity(TokenJson.forLibrary(token, time.now()));
    }

    /** RFC 6749 section 5.1 requires Pragma too, for caches of HTTP/1.0. */
    private static Response.ResponseBuilder forbidCaching(Response.ResponseBuilder response) {
        return response.header("Pragma", "no-cache");
    }
}
