package dev.tokensidecar.testing.keycloak;

import dev.tokensidecar.testing.crypto.JwtClaims;
import dev.tokensidecar.testing.http.FormClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A plain HTTP client of Keycloak: obtains and uses refresh tokens, and inspects tokens. */
public final class KeycloakClient implements AutoCloseable {

    public static final String TOKEN_ENDPOINT = KeycloakServer.REALM + "/protocol/openid-connect/token";
    public static final String CLIENT_ID = "sidecar-confidential";
    public static final String CLIENT_SECRET = "s3cret";
    public static final String PUBLIC_CLIENT_ID = "sidecar-public";
    public static final String USER = "alice";

    private static final String ADMIN_API = "/admin/realms/sidecar";

    private final FormClient http;

    public KeycloakClient(URI base) {
        http = new FormClient(base);
    }

    /** Opens a session of the user with the password grant, which only tests may use. */
    public JsonObject logIn(Map<String, String> clientCredentials, String scope)
            throws IOException, InterruptedException {
        Map<String, String> grant =
                Map.of("grant_type", "password", "username", USER, "password", USER, "scope", scope);
        return http.json(TOKEN_ENDPOINT, FormClient.with(clientCredentials, grant));
    }

    /** Sends a refresh token of the confidential client once, and returns any response. */
    public CompletableFuture<HttpResponse<String>> refresh(String refreshToken) {
        Map<String, String> form = Map.of("grant_type", "refresh_token", "refresh_token", refreshToken);
        return http.post(TOKEN_ENDPOINT, FormClient.with(confidential(), form));
    }

    /** Returns whether Keycloak considers the access token active (RFC 7662). */
    public boolean isActive(String accessToken) throws IOException, InterruptedException {
        Map<String, String> form = FormClient.with(confidential(), Map.of("token", accessToken));
        return http.json(TOKEN_ENDPOINT + "/introspect", form).getBoolean("active");
    }

    /** Ends all sessions of the user, as an administrator. */
    public void logOut() throws IOException, InterruptedException {
        URI users = http.uri(ADMIN_API + "/users?exact=true&username=" + USER);
        String found = administer(HttpRequest.newBuilder(users));
        String user = new JsonArray(found).getJsonObject(0).getString("id");
        var unused = administer(http.request(ADMIN_API + "/users/" + user + "/logout", Map.of()));
    }

    /** Ends the session to which an access token belongs, as an administrator. */
    public void endSession(JsonObject token) throws IOException, InterruptedException {
        URI session = http.uri(ADMIN_API + "/sessions/"
                + JwtClaims.of(token.getString("access_token")).getString("sid"));
        var unused = administer(HttpRequest.newBuilder(session).DELETE());
    }

    /** Has the realm sign with a new key from now on, as an administrator. The old key still verifies. */
    public void rotateSigningKey() throws IOException, InterruptedException {
        JsonObject config = new JsonObject()
                .put("priority", new JsonArray().add("1000"))
                .put("enabled", new JsonArray().add("true"))
                .put("active", new JsonArray().add("true"))
                .put("keySize", new JsonArray().add("2048"))
                .put("algorithm", new JsonArray().add("RS256"));
        JsonObject provider = new JsonObject()
                .put("name", "rotated")
                .put("providerId", "rsa-generated")
                .put("providerType", "org.keycloak.keys.KeyProvider")
                .put("config", config);
        var unused = administer(HttpRequest.newBuilder(http.uri(ADMIN_API + "/components"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(provider.encode())));
    }

    /** Changes these settings of the realm, as an administrator, and returns the previous values. */
    public JsonObject changeRealm(JsonObject settings) throws IOException, InterruptedException {
        URI realm = http.uri(ADMIN_API);
        JsonObject current = new JsonObject(administer(HttpRequest.newBuilder(realm)));
        JsonObject before = new JsonObject();
        settings.fieldNames().forEach(name -> before.put(name, current.getValue(name)));
        var unused = administer(HttpRequest.newBuilder(realm)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(settings.encode())));
        return before;
    }

    private String administer(HttpRequest.Builder request) throws IOException, InterruptedException {
        Map<String, String> logIn = Map.of(
                "client_id",
                "admin-cli",
                "grant_type",
                "password",
                "username",
                KeycloakServer.ADMIN,
                "password",
                KeycloakServer.ADMIN);
        JsonObject admin = http.json("/realms/master/protocol/openid-connect/token", logIn);
        return http.send(request.header("Authorization", "Bearer " + admin.getString("access_token"))
                .build());
    }

    /** Returns the audience of an access token ({@code aud}). */
    public static String audience(JsonObject token) {
        return JwtClaims.of(token.getString("access_token")).getValue("aud").toString();
    }

    /** Returns the parameters of a client that authenticates with a JWT (RFC 7523, section 2.2). */
    public static Map<String, String> assertion(String jwt) {
        return Map.of(
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion",
                jwt);
    }

    public static Map<String, String> confidential() {
        return Map.of("client_id", CLIENT_ID, "client_secret", CLIENT_SECRET);
    }

    @Override
    public void close() {
        http.close();
    }
}
