package dev.tokensidecar.api;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The fields that matter here in the token request of an OAuth client library (RFC 6749 section 4.4.2).
 *
 * @param scope the scope that the token has to cover; empty for any
 * @param apis the APIs that the token has to be for: the values of {@code audience} (RFC 8693 section 2.1) and {@code resource}
 *     (RFC 8707 section 2); empty for any
 */
record GrantRequest(Scope scope, Set<String> apis) {

    private static final String CLIENT_CREDENTIALS = "client_credentials";

    /**
     * Reads the form fields.
     *
     * @throws TokenRequestError if the request is not one for the client credentials grant
     */
    static GrantRequest of(
            List<String> grantTypes, List<String> scopes, List<String> audiences, List<String> resources) {
        String grantType = FormFields.single("grant_type", grantTypes);
        if (grantType.isEmpty()) {
            throw TokenRequestError.invalidRequest(
                    "send grant_type=client_credentials as application/x-www-form-urlencoded");
        }
        if (!grantType.equals(CLIENT_CREDENTIALS)) {
            throw TokenRequestError.unsupportedGrantType();
        }
        Set<String> apis = Stream.concat(audiences.stream(), resources.stream())
                .filter(api -> !api.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
        return new GrantRequest(Scope.of(FormFields.single("scope", scopes)), apis);
    }
}
