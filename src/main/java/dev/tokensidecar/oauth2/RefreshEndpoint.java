package dev.tokensidecar.oauth2;

import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint that exchanges a refresh token or an assertion for an access token, but does not speak OAuth.
 *
 * @param address the URL of the endpoint
 * @param sessionOverStatuses the statuses that mean that the server rejects the refresh token or the assertion
 */
public record RefreshEndpoint(URI address, Request request, Response response, Set<Integer> sessionOverStatuses) {

    public RefreshEndpoint {
        sessionOverStatuses = Set.copyOf(sessionOverStatuses);
    }

    /**
     * Describes the request. In the values of fields and headers <code>{refresh_token}</code>,
     * <code>{assertion}</code> and <code>{client_secret}</code> stand for the credentials.
     *
     * @param fields the fields of the body; a name that begins with a slash is a JSON pointer (RFC 6901)
     * @param headers headers in addition to those that every request has, or in their place
     */
    public record Request(Method method, Body body, Map<String, String> fields, Map<String, String> headers) {

        public Request {
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
            headers = Map.copyOf(headers);
        }
    }

    /**
     * Describes where the response has its values.
     *
     * @param refreshToken a new refresh token, if the server returns one; null if it never does
     * @param expiresIn the lifetime of the access token
     * @param expiresAt the expiry of the access token; null if the server never states it
     * @param message the server's explanation of an error
     */
    public record Response(
            ResponseLocation accessToken,
            @Nullable ResponseLocation refreshToken,
            ResponseLocation expiresIn,
            @Nullable ResponseLocation expiresAt,
            ResponseLocation message) {}

    /** Request methods (RFC 9110 section 9.3, RFC 5789). */
    public enum Method {
        POST,
        PUT,
        PATCH,
        GET
    }

    /** Formats of the request body. */
    public enum Body {
        JSON,
        FORM,
        NONE
    }
}
