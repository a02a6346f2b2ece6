package dev.tokensidecar.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.CallerListener;
import dev.tokensidecar.token.TimeSource;
import dev.tokensidecar.token.TokenService;
import org.jspecify.annotations.Nullable;

/**
 * One configured token as HTTP sees it.
 *
 * @param parameters reads what a caller wants of it
 */
record ConfiguredToken(TokenService service, RequestParameters parameters, CachedResponse json, CachedResponse text) {

    static ConfiguredToken of(TokenService service, RequestParameters parameters, ObjectMapper json, TimeSource time) {
        return new ConfiguredToken(
                service,
                parameters,
                new CachedResponse(TokenMediaType.JSON, json, time),
                new CachedResponse(TokenMediaType.TEXT, json, time));
    }

    /** The answer for anybody who wants any token; null if there is more to it. */
    @Nullable TokenResponseBody fresh(TokenMediaType form, CallerListener caller) {
        AccessToken token = service.fresh(caller);
        return token == null ? null : latest(form).of(token);
    }

    CachedResponse latest(TokenMediaType form) {
        return switch (form) {
            case JSON -> json;
            case TEXT -> text;
        };
    }
}
