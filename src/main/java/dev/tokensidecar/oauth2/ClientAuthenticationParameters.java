package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.Secret;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one request carries to show which client asks (RFC 6749 section 2.3).
 *
 * @param authorization value of the {@code Authorization} header; null if the request has none
 * @param parameters what goes into the body
 * @param secrets the credentials in here, each in every form in which a server could echo it
 * @param origin stands for what this was made from: a server that refused it refuses another proof of the same origin too
 */
public record ClientAuthenticationParameters(
        @Nullable Secret authorization, Map<String, Secret> parameters, List<Secret> secrets, Secret origin) {

    /** The only kind of assertion that is a JWT (RFC 7523 section 2.2). */
    private static final String ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    public ClientAuthenticationParameters {
        parameters = Map.copyOf(parameters);
        secrets = List.copyOf(secrets);
    }

    /**
     * A JWT as the proof (RFC 7521 section 4.2).
     *
     * @param clientId sent too, so that the server need not open the assertion to find the client; null if not known
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
