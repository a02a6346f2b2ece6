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
        JsonObject admin = ok(post(
                "/realms/master/protocol/openid-connect/token",
                Map.of(
                        "client_id",
                        "admin-cli",
                        "grant_type",
                        "password",
                        "username",
                        KeycloakServer.ADMIN,
                        "password",
                        KeycloakServer.ADMIN)));
        String bearer = "Bearer " + admin.getString("access_token");
        URI users = base.resolve("/admin/realms/sidecar/users?exact=true&username=" + USER);
        String found = client.send(
                        HttpRequest.newBuilder(users)
                                .header("Authorization", bearer)
                                .build(),
                        BodyHandlers.ofString())
                .body();
        String user = new JsonArray(found).getJsonObject(0).getString("id");
        HttpResponse<String> done = client.send(
                request("/admin/realms/sidecar/users/" + user + "/logout", Map.of())
                        .header("Authorization", bearer)
                        .build(),
                BodyHandlers.ofString());
        if (done.statusCode() != 204) {
            throw new IllegalStateException(done.statusCode() + " " + done.body());
        }
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
