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
record TokenDoor(TokenService service, Parameters parameters, LatestBody json, LatestBody text) {

    static TokenDoor of(TokenService service, Parameters parameters, ObjectMapper json, TimeSource time) {
        return new TokenDoor(
                service,
                parameters,
                new LatestBody(TokenForm.JSON, json, time),
                new LatestBody(TokenForm.TEXT, json, time));
    }

    /** The answer for anybody who wants any token; null if there is more to it. */
    @Nullable TokenBody fresh(TokenForm form, CallerListener caller) {
        AccessToken token = service.fresh(caller);
        return token == null ? null : latest(form).of(token);
    }

    LatestBody latest(TokenForm form) {
        return switch (form) {
            case JSON -> json;
            case TEXT -> text;
        };
    }
}
