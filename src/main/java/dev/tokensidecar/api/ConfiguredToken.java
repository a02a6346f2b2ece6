package dev.tokensidecar.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.Caller;
import dev.tokensidecar.token.CallerListener;
import dev.tokensidecar.token.TimeSource;
import dev.tokensidecar.token.TokenRequest;
import dev.tokensidecar.token.TokenService;
import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;

/**
 * Everything that HTTP needs of one configured token.
 *
 * @param name the configured name
 * @param parameters reads the parameters of a request for this token
 * @param json the cached response as JSON
 * @param text the cached response as plain text
 */
record ConfiguredToken(
        String name, TokenService service, RequestParameters parameters, CachedResponse json, CachedResponse text) {

    static ConfiguredToken of(
            String name, TokenService service, RequestParameters parameters, ObjectMapper json, TimeSource time) {
        return new ConfiguredToken(
                name,
                service,
                parameters,
                new CachedResponse(TokenMediaType.JSON, json, time),
                new CachedResponse(TokenMediaType.TEXT, json, time));
    }

    /** Returns the response for a caller that any fresh token satisfies; null if the token service has to decide. */
    @Nullable TokenResponseBody freshResponse(TokenMediaType mediaType, CallerListener listener) {
        AccessToken token = service.fresh(listener);
        return token == null || token.proofKey() != null ? null : response(token, mediaType);
    }

    /** Returns a token that a caller can use. Fails with {@link SenderConstrained} if the sidecar alone can use it. */
    Uni<AccessToken> token(TokenRequest request, Caller caller) {
        return service.token(request, caller).invoke(SenderConstrained::requireBearer);
    }

    TokenResponseBody response(AccessToken token, TokenMediaType mediaType) {
        return switch (mediaType) {
            case JSON -> json.of(token);
            case TEXT -> text.of(token);
        };
    }
}
