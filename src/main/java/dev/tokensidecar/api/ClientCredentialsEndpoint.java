package dev.tokensidecar.api;

import dev.tokensidecar.ingress.Guard;
import dev.tokensidecar.ingress.ProblemKind;
import dev.tokensidecar.ingress.ProblemResponse;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.Caller;
import dev.tokensidecar.token.TimeSource;
import dev.tokensidecar.token.TokenRequest;
import dev.tokensidecar.token.TokenService;
import dev.tokensidecar.token.TokenServices;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers OAuth client libraries as a token endpoint does (RFC 6749 section 4.4), with the token that is there. Who they
 * say they are does not matter: whoever gets past {@link Guard} may have it.
 */
@Singleton
final class ClientCredentialsEndpoint {

    private final TokenServices services;
    private final Map<String, RequestParameters> parameters;
    private final TokensByScope scopes;
    private final TimeSource time;
    private final Supplier<Caller> caller;

    ClientCredentialsEndpoint(
            TokenServices services,
            Map<String, RequestParameters> parameters,
            TokensByScope scopes,
            TimeSource time,
            Supplier<Caller> caller) {
        this.services = services;
        this.parameters = parameters;
        this.scopes = scopes;
        this.time = time;
        this.caller = caller;
    }

    /** @param name the token that is asked for; null for the one that the scope tells */
    Uni<Response> grant(@Nullable String name, List<String> grantTypes, List<String> scope, @Nullable String prefer) {
        return Uni.createFrom()
                .deferred(() -> token(name, GrantRequest.of(grantTypes, scope), prefer))
                .map(token -> answer(Response.Status.OK.getStatusCode(), TokenJson.of(token, time.now()))
                        .build())
                .onFailure()
                .recoverWithItem(ClientCredentialsEndpoint::refusal);
    }

    private Uni<AccessToken> token(@Nullable String asked, GrantRequest request, @Nullable String prefer) {
        String name = asked == null ? scopes.meantBy(request.scope()) : asked;
        TokenService service = services.get(name);
        RequestParameters reader = parameters.get(name);
        if (service == null || reader == null) {
            throw new UnknownToken();
        }
        return service.token(TokenRequest.any(reader.maxWait(prefer)), caller.get())
                .invoke(token -> {
                    if (!scopes.allows(name, token, request.scope())) {
                        throw TokenRequestError.invalidScope();
                    }
                });
    }

    private static Response refusal(Throwable failure) {
        if (failure instanceof TokenRequestError error) {
            return answer(Response.Status.BAD_REQUEST.getStatusCode(), error.body())
                    .build();
        }
        ProblemResponse refusal = failure instanceof UnknownToken
                ? ProblemResponse.of(ProblemKind.UNKNOWN_TOKEN, ProblemKind.UNKNOWN_TOKEN.title)
                : ProblemResponse.of(failure);
        Response.ResponseBuilder response =
                answer(refusal.kind().status, new TokenErrorJson(refusal.kind().error(), refusal.detail()));
        String retryAfter = refusal.retryAfterSeconds();
        return (retryAfter == null ? response : response.header(HttpHeaders.RETRY_AFTER, retryAfter)).build();
    }

    /** Section 5.1 wants Pragma as well, for caches of HTTP/1.0. */
    private static Response.ResponseBuilder answer(int status, Object body) {
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON_TYPE.withCharset("UTF-8"))
                .header("Pragma", "no-cache")
                .entity(body);
    }
}
