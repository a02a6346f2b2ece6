package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.Secret;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one request carries to show which client asks (RFC 6749 section 2.3).
 *
 * @param authorization value of the {@code Authorization} header; null if the request has none
 * @param parameters what goes into the body
 * @param secrets the credentials in here, each in every form in which a server could echo it
 */
public record ClientProof(@Nullable Secret authorization, Map<String, Secret> parameters, List<Secret> secrets) {

    public ClientProof {
        parameters = Map.copyOf(parameters);
        secrets = List.copyOf(secrets);
    }
}
