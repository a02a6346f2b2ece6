package dev.tokensidecar.e2e;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** What a bare HTTP client does at Keycloak: get refresh tokens, use them, ask what became of a token. */
final class KeycloakClient implements AutoCloseable {

    static final String TOKEN_ENDPOINT = "/realms/sidecar/protocol/openid-connect/token";
    static final String CLIENT_ID = "sidecar-confidential";
    static final String CLIENT_SECRET = "s3cret";
    static final String PUBLIC_CLIENT_ID = "sidecar-public";
    static final String USER = "alice";

    private static final String ADMIN_API = "/admin/realms/sidecar";

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI base;

    KeycloakClient(URI base) {
        this.base = base;
    }

    /** A new session of the user, the way only a test may get one: with the user's password. */
    JsonObject logIn(Map<String, String> clientCredentials, String scope) throws IOException, InterruptedException {
        HttpResponse<String> response = post(
                TOKEN_ENDPOINT,
                with(
                        clientCredentials,
                        Map.of("grant_type", "password", "username", USER, "password", USER, "scope", scope)));
        return ok(response);
    }

    /** Uses a refresh token of the confidential client, once, without any care. */
    CompletableFuture<HttpResponse<String>> refresh(String refreshToken) {
        Map<String, String> form = Map.of("grant_type", "refresh_token", "refresh_token", refreshToken);
        return client.sendAsync(
                request(TOKEN_ENDPOINT, with(confidential(), form)).build(), BodyHandlers.ofString());
    }

    /** Whether Keycloak says that the access token is good (RFC 7662). */
    boolean isActive(String accessToken) throws IOException, InterruptedException {
        return ok(post(TOKEN_ENDPOINT + "/introspect", with(confidential(), Map.of("token", accessToken))))
                .getBoolean("active");
    }

    /** Ends all sessions of the user, as an administrator. */
    void logOut() throws IOException, InterruptedException {
        URI users = base.resolve(ADMIN_API + "/users?exact=true&username=" + USER);
        String found = administer(HttpRequest.newBuilder(users));
        String user = new JsonArray(found).getJsonObject(0).getString("id");
        var unused = administer(request(ADMIN_API + "/users/" + user + "/logout", Map.of()));
    }

    /** Changes these settings of the realm, as an administrator, and tells what they were. */
    JsonObject changeRealm(JsonObject settings) throws IOException, InterruptedException {
        URI realm = base.resolve(ADMIN_API);
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
        JsonObject admin = ok(post("/realms/master/protocol/openid-connect/token", logIn));
        HttpResponse<String> done = client.send(
                request.header("Authorization", "Bearer " + admin.getString("access_token"))
                        .build(),
                BodyHandlers.ofString());
        if (done.statusCode() / 100 != 2) {
            throw new IllegalStateException(done.statusCode() + " " + done.body());
        }
        return done.body();
    }

    static Map<String, String> confidential() {
        return Map.of("client_id", CLIENT_ID, "client_secret", CLIENT_SECRET);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private HttpResponse<String> post(String path, Map<String, String> form) throws IOException, InterruptedException {
        return client.send(request(path, form).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path, Map<String, String> form) {
        String body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return HttpRequest.newBuilder(base.resolve(path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body));
    }

    private static JsonObject ok(HttpResponse<String> response) {
        if (response.statusCode() != 200) {
            throw new IllegalStateException(response.statusCode() + " " + response.body());
        }
        return new JsonObject(response.body());
    }

    private static Map<String, String> with(Map<String, String> some, Map<String, String> more) {
        Map<String, String> all = new HashMap<>(some);
        all.putAll(more);
        return all;
    }
}
