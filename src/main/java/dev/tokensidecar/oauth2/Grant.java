package dev.tokensidecar.oauth2;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for at the token endpoint, apart from the credentials.
 *
 * @param type the grant
 * @param scope the scope to ask for (RFC 6749 section 3.3); null leaves it to the server
 * @param audience whom the access token is for, in the word many servers use for it; null if not needed
 * @param resources whom the access token is for, in the word of RFC 8707 section 2; each is sent
 * @param extraParameters what else this server wants in the body
 */
public record Grant(
        Type type,
        @Nullable String scope,
        @Nullable String audience,
        List<String> resources,
        Map<String, String> extraParameters) {

    public Grant {
        resources = List.copyOf(resources);
        extraParameters = Map.copyOf(extraParameters);
    }

    /** The grants the sidecar knows. */
    public enum Type {
        /** RFC 6749 section 6. */
        REFRESH_TOKEN("refresh_token"),
        /** RFC 6749 section 4.4. */
        CLIENT_CREDENTIALS("client_credentials");

        private final String value;

        Type(String value) {
            this.value = value;
        }

        String value() {
            return value;
        }
    }

    /** Adds everything of this grant to a request body. */
    void addTo(Form form, Type used) {
        form.add("grant_type", used.value());
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
