package dev.tokensidecar.oauth2;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the access token is for.
 *
 * @param scope the scope to ask for (RFC 6749 section 3.3); null leaves it to the server
 * @param audience whom the access token is for, in the word many servers use for it; null if not needed
 * @param resources whom the access token is for, in the word of RFC 8707 section 2; each is sent
 * @param extraParameters what else this server wants in the body
 */
public record ResourceTarget(
        @Nullable String scope,
        @Nullable String audience,
        List<String> resources,
        Map<String, String> extraParameters) {

    public ResourceTarget {
        resources = List.copyOf(resources);
        extraParameters = Map.copyOf(extraParameters);
    }

    void addTo(Form form) {
        if (scope != null) {
            form.add("scope", scope);
        }
        if (audience != null) {
            form.add("audience", audience);
        }
        resources.forEach(resource -> form.add("resource", resource));
        extraParameters.forEach(form::add);
    }
}
