package dev.tokensidecar.api;

import java.util.List;

/**
 * What an OAuth client library sends (RFC 6749 section 4.4.2), as far as it matters here.
 *
 * @param scope what the token has to allow; empty for anything
 */
record GrantRequest(Scope scope) {

    private static final String CLIENT_CREDENTIALS = "client_credentials";

    /**
     * Reads the fields of the form.
     *
     * @throws TokenRequestError if it is no request for this grant
     */
    static GrantRequest of(List<String> grantTypes, List<String> scopes) {
        String grantType = only("grant_type", grantTypes);
        if (grantType.isEmpty()) {
            throw TokenRequestError.invalidRequest("send grant_type=client_credentials as application/x-www-form-urlencoded");
        }
        if (!grantType.equals(CLIENT_CREDENTIALS)) {
            throw TokenRequestError.unsupportedGrantType();
        }
        return new GrantRequest(Scope.of(only("scope", scopes)));
    }

    /** Section 3.2: no parameter comes twice, and one without a value counts as left out. */
    private static String only(String name, List<String> values) {
        if (values.size() > 1) {
            throw TokenRequestError.invalidRequest("send " + name + " once");
        }
        return values.isEmpty() ? "" : values.getFirst();
    }
}
