package dev.tokensidecar.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.TimeSource;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One configured token in one form: made once for each access token and second, since that is how often it changes. */
final class CachedResponse {

    private final TokenMediaType form;
    private final ObjectMapper json;
    private final TimeSource time;
    private volatile @Nullable TokenResponseBody latest;

    CachedResponse(TokenMediaType form, ObjectMapper json, TimeSource time) {
        this.form = form;
        this.json = json;
        this.time = time;
    }

    TokenResponseBody of(AccessToken token) {
        TokenResponseBody known = latest;
        long secondsLeft = token.remainingSeconds(time);
        if (known != null && known.says(token, secondsLeft)) {
            return known;
        }
        TokenResponseBody made = new TokenResponseBody(token, secondsLeft, form, bytes(token));
        latest = made;
        return made;
    }

    private byte[] bytes(AccessToken token) {
        return switch (form) {
            case JSON -> json(TokenJson.of(token, time.now()));
            case TEXT -> token.value().reveal().getBytes(StandardCharsets.UTF_8);
        };
    }

    private byte[] json(TokenJson answer) {
        try {
            return json.writeValueAsBytes(answer);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a token cannot be written as JSON", e);
        }
    }
}
