package dev.tokensidecar.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokensidecar.token.LogValue;
import dev.tokensidecar.token.Secret;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the browser brings back (RFC 6749 section 4.1.2, RFC 9207). */
sealed interface AuthorizationResponse {

    /** More than any server sends. */
    int MAX_PARAMETERS = 1024;

    /** The person has granted access. */
    record CodeIssued(Secret code) implements AuthorizationResponse {}

    /**
     * The login is over without a code.
     *
     * @param reason what has happened and what to do, in one line
     */
    record Refused(String reason) implements AuthorizationResponse {}

    /** Not a response to this request, or not one at all. The right one may still come. */
    record Unrelated() implements AuthorizationResponse {}

    /**
     * Reads a response.
     *
     * @param query the query of the redirect URI, as it came
     */
    static AuthorizationResponse of(@Nullable String query, AuthorizationRequest request, LoginPage page) {
        Map<String, List<String>> parameters;
        try {
            parameters =
                    new QueryStringDecoder(query == null ? "" : query, UTF_8, false, MAX_PARAMETERS, true).parameters();
        } catch (IllegalArgumentException malformed) {
            return new Unrelated();
        }
        // no parameter may occur twice (RFC 6749 section 3.1)
        boolean repeated = parameters.values().stream().anyMatch(values -> values.size() > 1);
        String state = first(parameters, "state");
        if (repeated || state == null || !request.state().equals(Secret.of(state))) {
            return new Unrelated();
        }
        return ofServer(parameters, page);
    }

    private static AuthorizationResponse ofServer(Map<String, List<String>> parameters, LoginPage page) {
        String issuer = first(parameters, "iss");
        if (page.issuer() != null && (issuer == null ? page.issuerRequired() : !issuer.equals(page.issuer()))) {
            return new Refused("the response names "
                    + (issuer == null ? "no issuer" : "the issuer " + shown(issuer))
                    + ", and the login was at " + page.issuer()
                    + ": somebody may have mixed up two servers; log in again, and only at the page that this command"
                    + " opens");
        }
        String error = first(parameters, "error");
        if (error != null) {
            return new Refused(AuthorizationErrors.reason(error, first(parameters, "error_description")));
        }
        String code = first(parameters, "code");
        return code == null
                ? new Refused("the authorization server sent no code: check that the client may use the authorization"
                        + " code grant")
                : new CodeIssued(Secret.of(code));
    }

    /** Returns a value that is not empty; null otherwise. */
    private static @Nullable String first(Map<String, List<String>> parameters, String name) {
        String value = parameters.getOrDefault(name, List.of("")).getFirst();
        return value.isEmpty() ? null : value;
    }

    private static String shown(String text) {
        return LogValue.of(AuthorizationErrors.shortened(text));
    }
}
