package dev.tokensidecar.oauth2;

import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint that gives an access token for a refresh token, and does not speak OAuth.
 *
 * @param address where it is
 * @param sessionOverStatuses the statuses that say that somebody has to log in again
 */
public record RefreshEndpoint(URI address, Request request, Response response, Set<Integer> sessionOverStatuses) {

    public RefreshEndpoint {
        sessionOverStatuses = Set.copyOf(sessionOverStatuses);
    }

    /**
     * What is sent. In the values of fields and headers <code>{refresh_token}</code> and <code>{client_secret}</code>
     * stand for the credentials.
     *
     * @param fields what is in the body; a name that begins with a slash is a JSON pointer (RFC 6901)
     * @param headers what goes beside the headers that every request has, or in their place
     */
    public record Request(Method method, Body body, Map<String, String> fields, Map<String, String> headers) {

        public Request {
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
            headers = Map.copyOf(headers);
        }
    }

    /**
     * Where things are in the answer.
     *
     * @param refreshToken a new refresh token, where the server gives one
     * @param expiresIn the life of the access token
     * @param expiresAt the end of the access token; null if the server never tells it
     * @param message what the server says about a refusal
     */
    public record Response(
            ResponseLocation accessToken,
            ResponseLocation refreshToken,
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

    /** What the body of the request is. */
    public enum Body {
        JSON,
        FORM,
        NONE
    }
}
