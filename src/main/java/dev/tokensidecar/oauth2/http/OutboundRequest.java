package dev.tokensidecar.oauth2.http;

import dev.tokensidecar.token.Secret;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an HTTP request that vary.
 *
 * @param headers headers in addition to those that every request has, or in their place
 * @param body null if the request has none
 */
public record OutboundRequest(
        HttpMethod method,
        Map<String, Secret> headers,
        @Nullable Payload body) {

    public OutboundRequest {
        headers = Map.copyOf(headers);
    }

    /**
     * A request body.
     *
     * @param contentType the media type (RFC 9110 section 8.3)
     * @param content the encoded body, which may contain credentials
     */
    public record Payload(String contentType, String content) {

        @Override
        public String toString() {
            return "Payload[contentType=" + contentType + "]";
        }
    }
}
