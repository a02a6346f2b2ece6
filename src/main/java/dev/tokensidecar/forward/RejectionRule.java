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
 * Tells whether an API's answer means that the token is expired or revoked: 401 without a challenge, or with one that a new
 * token may cure (RFC 6750 section 3.1), or what the operator knows of this API.
 *
 * @param told how this API says it; goes before the usual meaning of the same status; null if it says nothing special
 */
public record RejectionRule(@Nullable Told told) {

    private static final int UNAUTHORIZED = 401;
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * An answer with this status whose JSON body has a text with these words at this place (RFC 6901).
     *
     * @param text part of the text there; the case of letters does not matter
     */
    public record Told(int status, JsonPointer pointer, String text) {

        private boolean isIn(Buffer body) {
            try {
                String found = JSON.readTree(body.getBytes()).at(pointer).asText();
                return found.toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT));
            } catch (IOException noJson) {
                return false;
            }
        }
    }

    /** Whether an answer with this status has to be looked at. */
    boolean concerns(int status) {
        return status == UNAUTHORIZED || isTold(status);
    }

    /** @param peek the body, or its beginning, which is no JSON then */
    boolean rejects(HttpClientResponse answer, BodyPrefix peek) {
        if (told != null && isTold(answer.statusCode())) {
            return told.isIn(peek.body());
        }
        return answer.statusCode() == UNAUTHORIZED
                && Challenge.meansInvalidToken(answer.headers().getAll("WWW-Authenticate"));
    }

    private boolean isTold(int status) {
        return told != null && told.status() == status;
    }
}
