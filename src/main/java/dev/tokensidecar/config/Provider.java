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

    /**
     * From "OAuth 2.0 for TV and Limited-Input Device Applications"; the authorization endpoint from "OAuth 2.0 for iOS &
     * Desktop Apps".
     */
    GOOGLE("""
            authorization-server.token-endpoint=https://oauth2.googleapis.com/token
            authorization-server.device-authorization-endpoint=https://oauth2.googleapis.com/device/code
            authorization-server.authorization-endpoint=https://accounts.google.com/o/oauth2/v2/auth
            client.authentication-method=client_secret_post"""),

    /** "Refreshing user access tokens"; the endpoints for people from "Generating a user access token". */
    GITHUB("""
            authorization-server.token-endpoint=https://github.com/login/oauth/access_token
            authorization-server.device-authorization-endpoint=https://github.com/login/device/code
            authorization-server.authorization-endpoint=https://github.com/login/oauth/authorize
            client.authentication-method=client_secret_post"""),

    /** "oauth.v2.access", which recommends HTTP Basic; the authorization endpoint from "Installing with OAuth". */
    SLACK("""
            authorization-server.token-endpoint=https://slack.com/api/oauth.v2.access
            authorization-server.authorization-endpoint=https://slack.com/oauth/v2/authorize"""),

    /**
     * Endpoint and form from the REST API guide, "How Does the OAuth Refresh Token Fit Into the Authentication Flow?"; the
     * authorization endpoint from "OAuth 2.0 Web Server Flow for Web App Integration". Responses contain no lifetime.
     * According to several handbooks, the shortest session timeout is 15 minutes.
     */
    SALESFORCE("""
            authorization-server.token-endpoint=https://login.salesforce.com/services/oauth2/token
            authorization-server.authorization-endpoint=https://login.salesforce.com/services/oauth2/authorize
            client.authentication-method=client_secret_post
            refresh.default-life=15m"""),

    /**
     * "OAuth 2.0 JWT Bearer Flow for Server-to-Server Integration": no client authentication, and an audience that is not the
     * token endpoint. The lifetime as for {@link #SALESFORCE}.
     */
    SALESFORCE_JWT("""
            authorization-server.token-endpoint=https://login.salesforce.com/services/oauth2/token
            client.authentication-method=none
            grant.type=jwt_bearer
            grant.assertion.audience=https://login.salesforce.com
            refresh.default-life=15m"""),

    /** "Using OAuth 2.0 for Server to Server Applications", HTTP/REST. */
    GOOGLE_SERVICE_ACCOUNT("""
            authorization-server.token-endpoint=https://oauth2.googleapis.com/token
            client.authentication-method=none
            grant.type=jwt_bearer
            grant.assertion.scope-claim=true"""),

    /**
     * "JWT without SDKs". It allows at most 60 seconds from the clock of Box to {@code exp}; the preset leaves a part of them
     * for clocks that differ.
     */
    BOX("""
            authorization-server.token-endpoint=https://api.box.com/oauth2/token
            client.authentication-method=client_secret_post
            grant.type=jwt_bearer
            grant.assertion.claims=box_sub_type=enterprise
            grant.assertion.lifetime=45s"""),

    /** "How to get an access token with JWT Grant": the audience is a host, and both scopes are required. */
    DOCUSIGN("""
            authorization-server.token-endpoint=https://account.docusign.com/oauth/token
            client.authentication-method=none
            grant.type=jwt_bearer
            grant.scope=signature impersonation
            grant.assertion.audience=account.docusign.com
            grant.assertion.scope-claim=true"""),

    /** "Authenticating to the server" of the SQL API: such a token is valid for one hour at most. */
    SNOWFLAKE("""
            grant.type=self_signed
            grant.assertion.lifetime=1h"""),

    /**
     * "Generating a JSON Web Token (JWT) for a GitHub App" for the claims, "Generating an installation access token for a
     * GitHub App" for the request, "REST API endpoints for GitHub Apps" for response and statuses. Not 403, which also means
     * too many requests.
     */
    GITHUB_APP("""
            refresh-endpoint.headers=Authorization=Bearer {assertion},Accept=application/vnd.github+json,\
            X-GitHub-Api-Version=2022-11-28
            refresh-endpoint.access-token=/token
            refresh-endpoint.expires-at=/expires_at
            refresh-endpoint.session-over-statuses=401,404,422
            grant.type=jwt_bearer
            grant.assertion.lifetime=5m
            grant.assertion.clock-skew=60s""");

    private final String lines;

    Provider(String lines) {
        this.lines = lines;
    }

    Map<String, String> presets() {
        return lines.lines()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    /** Whether the vendor issues these tokens at an endpoint without OAuth, whose address differs from customer to customer. */
    boolean withoutOAuth() {
        return presets().keySet().stream().anyMatch(key -> key.startsWith(RefreshEndpointKeys.GROUP));
    }

    /** Returns the presets without the vendor's endpoints: the credentials of one server must not go to another. */
    Map<String, String> presetsForAnotherServer() {
        Map<String, String> presets = new HashMap<>(presets());
        presets.keySet().removeIf(key -> key.endsWith("-endpoint"));
        return presets;
    }
}
