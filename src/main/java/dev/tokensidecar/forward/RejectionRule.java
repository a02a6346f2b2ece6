package dev.tokensidecar.forward;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.ingress.Challenge;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether an API's response means that the token is expired or revoked. A 401 does, if it has no challenge or
 * one that a new token may cure (RFC 6750 section 3.1). So does a response that matches the operator's configuration
 * for this API.
 *
 * @param configured the configured response; overrides the usual meaning of its status; null if none is configured
 */
public record RejectionRule(@Nullable ResponsePattern configured) {

    private static final int UNAUTHORIZED = 401;
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * A response with this status whose JSON body contains a text at this place (RFC 6901).
     *
     * @param text a part of the text at that place, ignoring case
     */
    public record ResponsePattern(int status, JsonPointer pointer, String text) {

        private boolean matches(Buffer body) {
            try {
                String found = JSON.readTree(body.getBytes()).at(pointer).asText();
                return found.toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT));
            } catch (IOException notJson) {
                return false;
            }
        }
    }

    /** Whether a response with this status may reject the token, so that {@link #rejectsToken} has to examine it. */
    boolean mayRejectToken(int status) {
        return status == UNAUTHORIZED || isConfigured(status);
    }

    /** @param body the beginning of the body; a truncated document is not valid JSON and matches nothing */
    boolean rejectsToken(HttpClientResponse response, BodyPrefix body) {
        if (configured != null && isConfigured(response.statusCode())) {
            return configured.matches(body.body());
        }
        return response.statusCode() == UNAUTHORIZED
                && Challenge.meansInvalidToken(response.headers().getAll("WWW-Authenticate"));
    }

    private boolean isConfigured(int status) {
        return configured != null && configured.status() == status;
    }
}
