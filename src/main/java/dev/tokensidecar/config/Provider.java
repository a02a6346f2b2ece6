package dev.tokensidecar.config;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Presets keys for the authorization servers of known vendors. The keys have no prefix, and the values are as an operator
 * writes them. Keys that fit by default are omitted. Titles in quotation marks are pages of the vendors.
 */
enum Provider {
    GENERIC(""),

    /** Observed at 26.7.3: discovery and HTTP Basic, so the defaults fit. */
    KEYCLOAK(""),

    /** "Use Refresh Tokens" shows the secret in the form. */
    AUTH0("client.authentication-method=client_secret_post"),

    /** "Refresh access tokens and rotate refresh tokens" shows HTTP Basic, so the defaults fit. */
    OKTA(""),

    /**
     * "OAuth 2.0 authorization code flow" shows the secret in the form; "Application authentication certificate
     * credentials" names the algorithm, and the token endpoint as the audience.
     */
    ENTRA("""
            client.authentication-method=client_secret_post
            client.signing-algorithm=PS256
            client.assertion-audience=token_endpoint"""),

    /** All from "OAuth 2.0 for TV and Limited-Input Device Applications". */
    GOOGLE("""
            authorization-server.token-endpoint=https://oauth2.googleapis.com/token
            authorization-server.device-authorization-endpoint=https://oauth2.googleapis.com/device/code
            client.authentication-method=client_secret_post"""),

    /** "Refreshing user access tokens"; the device endpoint from "Generating a user access token". */
    GITHUB("""
            authorization-server.token-endpoint=https://github.com/login/oauth/access_token
            authorization-server.device-authorization-endpoint=https://github.com/login/device/code
            client.authentication-method=client_secret_post"""),

    /** "oauth.v2.access", which recommends HTTP Basic. */
    SLACK("authorization-server.token-endpoint=https://slack.com/api/oauth.v2.access"),

    /**
     * Endpoint and form from the REST API guide, "How Does the OAuth Refresh Token Fit Into the Authentication Flow?". Its
     * responses contain no lifetime. According to several handbooks, the shortest session timeout is 15 minutes.
     */
    SALESFORCE("""
            authorization-server.token-endpoint=https://login.salesforce.com/services/oauth2/token
            client.authentication-method=client_secret_post
            refresh.default-life=15m""");

    private final String lines;

    Provider(String lines) {
        this.lines = lines;
    }

    Map<String, String> presets() {
        return lines.lines()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    /** Returns the presets without the vendor's endpoints: the credentials of one server must not go to another. */
    Map<String, String> presetsForAnotherServer() {
        Map<String, String> presets = new HashMap<>(presets());
        presets.keySet().removeIf(key -> key.endsWith("-endpoint"));
        return presets;
    }
}
