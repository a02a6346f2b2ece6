package dev.tokensidecar.forward;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.egress.ContentCodings;
import dev.tokensidecar.ingress.Challenge;
import dev.tokensidecar.token.AccessToken;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether an API's response means that the token is expired or revoked. A 401 does, if it has no challenge or
 * one that a new token may cure (RFC 6750 section 3.1). So does a response that matches the operator's configuration
 * for this API, and the status {@code UNAUTHENTICATED} of a gRPC call.
 *
 * @param configured the configured response; overrides the usual meaning of its status; null if none is configured
 * @param challenge a part of the challenge of a 401 that means so too, ignoring case; null if none is configured
 */
public record RejectionRule(
        @Nullable ResponsePattern configured, @Nullable String challenge) {

    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;
    private static final int MAX_BYTES = 64 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A success is read ahead only if it is a JSON document, so that everything else streams. */
    private static final Pattern JSON_TYPE =
            Pattern.compile("application/(?!stream\\+)(?:[\\w.+-]+\\+)?json(?:\\s*;.*)?", Pattern.CASE_INSENSITIVE);

    /**
     * A response with this status whose JSON body contains a text at this place (RFC 6901).
     *
     * @param text a part of the text at that place, ignoring case
     */
    public record ResponsePattern(int status, JsonPointer pointer, String text) {

        /** @param codings the content codings of the body, which stays as it is for the caller; null for none */
        private boolean matches(Buffer body, @Nullable String codings) {
            byte[] decoded = ContentCodings.decode(body.getBytes(), codings, MAX_BYTES);
            try {
                String found = decoded == null
                        ? ""
                        : JSON.readTree(decoded).at(pointer).asText();
                return containsIgnoringCase(found, text);
            } catch (IOException notJson) {
                return false;
            }
        }
    }

    /** Whether a response may reject the token, so that {@link #rejectsToken} has to examine it. */
    boolean mayRejectToken(HttpClientResponse response) {
        int status = response.statusCode();
        if (endsCall(response)) {
            return GrpcCall.isUnauthenticated(response.headers()) || !GrpcCall.hasEnded(response.headers());
        }
        return status == UNAUTHORIZED || (isConfigured(status) && (status >= 400 || isJson(response)));
    }

    /** Whether a status of gRPC, and not of HTTP, says how the request has ended. */
    static boolean endsCall(HttpClientResponse response) {
        return response.statusCode() == OK && GrpcCall.isOne(response.headers());
    }

    private static boolean isJson(HttpClientResponse response) {
        String type = response.getHeader(HttpHeaders.CONTENT_TYPE);
        return type != null && JSON_TYPE.matcher(type.strip()).matches();
    }

    /**
     * Decides about a response that {@link #mayRejectToken}.
     *
     * @param body the beginning of the body; a truncated document is not valid JSON and matches nothing
     * @param token the token in the request
     */
    boolean rejectsToken(HttpClientResponse response, BodyPrefix body, AccessToken token) {
        if (endsCall(response)) {
            return GrpcCall.isUnauthenticated(response.headers())
                    || (body.complete() && GrpcCall.isUnauthenticated(response.trailers()));
        }
        List<String> challenges = response.headers().getAll("WWW-Authenticate");
        boolean unauthorized = response.statusCode() == UNAUTHORIZED;
        if (unauthorized && challenge != null && containsIgnoringCase(String.join(", ", challenges), challenge)) {
            return true;
        }
        if (configured != null && isConfigured(response.statusCode())) {
            return configured.matches(body.body(), response.getHeader(HttpHeaders.CONTENT_ENCODING));
        }
        return unauthorized && Challenge.meansInvalidToken(challenges, token.proofKey() != null);
    }

    private static boolean containsIgnoringCase(String text, String part) {
        return text.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
    }

    private boolean isConfigured(int status) {
        return configured != null && configured.status() == status;
    }
}
