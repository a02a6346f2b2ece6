package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.Secret;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The client authentication of one request (RFC 6749 section 2.3).
 *
 * @param authorization value of the {@code Authorization} header; null if the request has none
 * @param parameters the parameters in the request body
 * @param secrets the credentials in this object, each in every form in which a server could echo it
 * @param origin identifies the secret or key behind the parameters. If the server does not accept it, all parameters of
 *     the same origin fail
 * @param hint what else to check if the server does not accept the client, as the end of a sentence; empty for nothing
 */
public record ClientAuthenticationParameters(
        @Nullable Secret authorization,
        Map<String, Secret> parameters,
        List<Secret> secrets,
        Secret origin,
        String hint) {

    /** The type of assertions that are JWTs (RFC 7523 section 2.2). */
    private static final String ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    public ClientAuthenticationParameters {
        parameters = Map.copyOf(parameters);
        secrets = List.copyOf(secrets);
    }

    /** Creates parameters whose failure needs no explanation. */
    ClientAuthenticationParameters(
            @Nullable Secret authorization, Map<String, Secret> parameters, List<Secret> secrets, Secret origin) {
        this(authorization, parameters, secrets, origin, "");
    }

    /**
     * Authenticates with a JWT (RFC 7521 section 4.2).
     *
     * @param clientId sent as well, so that the server finds the client without parsing the assertion; null if unknown
     */
    static ClientAuthenticationParameters assertion(@Nullable String clientId, Secret assertion, Secret origin) {
        Map<String, Secret> parameters = new HashMap<>();
        parameters.put("client_assertion_type", Secret.of(ASSERTION_TYPE));
        parameters.put("client_assertion", assertion);
        if (clientId != null) {
            parameters.put("client_id", Secret.of(clientId));
        }
        return new ClientAuthenticationParameters(null, parameters, List.of(assertion), origin);
    }
}
