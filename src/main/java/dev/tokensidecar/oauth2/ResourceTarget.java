package dev.tokensidecar.oauth2;

import dev.tokensidecar.oauth2.http.Form;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the client requests the access token for.
 *
 * @param scope the scope to request (RFC 6749 section 3.3); null to let the server choose
 * @param audience the intended audience, in the parameter that many servers have; null if not needed
 * @param resources the intended resources (RFC 8707 section 2), one parameter for each
 * @param extraParameters further parameters that this server expects in the body
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
        addExtraParametersTo(form);
    }

    /** For a request whose target an earlier request has named. Leaves a parameter alone that the form has already. */
    void addExtraParametersTo(Form form) {
        extraParameters.forEach((name, value) -> {
            if (!form.has(name)) {
                form.add(name, value);
            }
        });
    }
}
