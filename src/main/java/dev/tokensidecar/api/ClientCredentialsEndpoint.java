package dev.tokensidecar.api;

import dev.tokensidecar.ingress.CallerSecretCheck;
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

    ClientCredentialsEndpoint(
            ConfiguredTokens tokens, TokenSelection selection, TimeSource time, Supplier<Caller> caller) {
        this.tokens = tokens;
        this.selection = selection;
        this.time = time;
        this.caller = caller;
    }

    /**
     * Responds to a token request.
     *
     * @param name the token's name; null to select the token by what the request asks for
     * @param request throws {@link TokenRequestError} if the request is malformed
     */
    Uni<Response> grant(@Nullable String name, Supplier<GrantRequest> request, @Nullable String prefer) {
        return Uni.createFrom()
                .deferred(() -> name == null ? selected(request.get(), prefer) : named(name, request, prefer))
                .map(this::granted)
                .onFailure()
                .recoverWithItem(ErrorResponses::tokenError)
                .map(response -> forbidCaching(response).build());
    }

    private Uni<AccessToken> selected(GrantRequest request, @Nullable String prefer) {
        String name = selection.select(request);
        return token(name, tokens.get(name), request, prefer);
    }

    /** Looks the name up first: a misspelt one is not a request for another grant. */
    private Uni<AccessToken> named(String name, Supplier<GrantRequest> request, @Nullable String prefer) {
        ConfiguredToken token = tokens.get(name);
        return token(name, token, request.get(), prefer);
    }

    private Uni<AccessToken> token(String name, ConfiguredToken token, GrantRequest request, @Nullable String prefer) {
        return token.token(TokenRequest.any(token.parameters().maxWait(prefer)), caller.get())
                .invoke(granted -> selection.require(name, granted.scope(), request));
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
