package dev.tokensidecar.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.TimeSource;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Caches the response with one configured token in one media type. Serializes the token once per access token and
 * second, because the remaining lifetime in the response changes every second.
 */
final class CachedResponse {

    private final TokenMediaType mediaType;
    private final ObjectMapper json;
    private final TimeSource time;
    private volatile @Nullable TokenResponseBody latest;

    CachedResponse(TokenMediaType mediaType, ObjectMapper json, TimeSource time) {
        this.mediaType = mediaType;
        this.json = json;
        this.time = time;
    }

    /** Returns the response with this token, as of now. */
    TokenResponseBody of(AccessToken token) {
        TokenResponseBody cached = latest;
        long remainingSeconds = token.remainingSeconds(time);
        if (cached != null && cached.matches(token, remainingSeconds)) {
            return cached;
        }
        TokenResponseBody response = new TokenResponseBody(token, remainingSeconds, mediaType, serialize(token));
        latest = response;
        return response;
    }

    private byte[] serialize(AccessToken token) {
        return switch (mediaType) {
            case JSON -> serialize(TokenJson.of(token, time.now()));
            case TEXT -> token.value().reveal().getBytes(StandardCharsets.UTF_8);
        };
    }

    private byte[] serialize(TokenJson body) {
        try {
            return json.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a token cannot be written as JSON", e);
        }
    }
}
