package dev.tokensidecar.config;

import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An endpoint that does not speak OAuth; group {@code refresh-endpoint}. */
public record RefreshEndpointSettings(URI url, Request request, Response response) {

    /**
     * What is sent. <code>{refresh_token}</code> and <code>{client_secret}</code> in a value stand for the credentials.
     *
     * @param fields what is in the body; a name that begins with a slash is a JSON pointer (RFC 6901)
     * @param headers headers of the request, beside or in place of the usual ones
     */
    public record Request(Method method, Body body, Map<String, String> fields, Map<String, String> headers) {

        public Request {
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
            headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        }
    }

    /**
     * How the answer is read. Each place is a JSON pointer if it begins with a slash, otherwise the name of a header.
     *
     * @param accessToken where the access token is
     * @param refreshToken where a new refresh token is, if there is one
     * @param expiresIn where the life of the access token is
     * @param expiresAt where the end of the access token is; null if it is never told
     * @param message where the words are that explain a refusal
     * @param sessionOverStatuses the statuses that say that somebody has to log in again
     */
    public record Response(
            String accessToken,
            String refreshToken,
            String expiresIn,
            @Nullable String expiresAt,
            String message,
            Set<Integer> sessionOverStatuses) {

        public Response {
            sessionOverStatuses = Set.copyOf(sessionOverStatuses);
        }
    }

    /** Request methods. */
    public enum Method {
        POST,
        PUT,
        PATCH,
        GET
    }

    /** Kinds of request bodies. */
    public enum Body {
        JSON,
        FORM,
        NONE
    }
}
