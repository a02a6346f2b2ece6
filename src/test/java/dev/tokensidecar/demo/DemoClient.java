package dev.tokensidecar.demo;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A client of the demo server that uses only HTTP. */
final class DemoClient {

    static final String BASIC = basic("demo-client", "demo-secret");

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port;

    DemoClient(DemoAuthorizationServer server) {
        this.port = server.port();
    }

    static String basic(String id, String secret) {
        String pair =
                URLEncoder.encode(id, StandardCharsets.UTF_8) + ":" + URLEncoder.encode(secret, StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    /** Encodes a form from name, value, name, value... */
    static String form(String... fields) {
        StringBuilder form = new StringBuilder();
        for (int i = 0; i < fields.length; i += 2) {
            form.append(i == 0 ? "" : "&")
                    .append(encoded(fields[i]))
                    .append('=')
                    .append(encoded(fields[i + 1]));
        }
        return form.toString();
    }

    HttpRequest.Builder at(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(TIMEOUT);
    }

    HttpRequest tokenRequest(String authorization, String form) {
        return at("/token")
                .header("Authorization", authorization)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build();
    }

    HttpRequest anonymousTokenRequest(String form) {
        return at("/token")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build();
    }

    CompletableFuture<HttpResponse<String>> refreshLater(String refreshToken) {
        return HTTP.sendAsync(refreshRequest(refreshToken), BodyHandlers.ofString());
    }

    HttpResponse<String> refresh(String refreshToken) throws IOException {
        return send(refreshRequest(refreshToken));
    }

    /** Posts a refresh on a new connection and returns the raw response. */
    String rawRefresh(String refreshToken) throws IOException {
        try (Socket connection = openRefresh(refreshToken)) {
            return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Posts a refresh on a new connection, which the caller must close. */
    Socket openRefresh(String refreshToken) throws IOException {
        String form = form("grant_type", "refresh_token", "refresh_token", refreshToken);
        String request = "POST /token HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + BASIC
                + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " + form.length()
                + "\r\n\r\n" + form;
        Socket connection = new Socket(InetAddress.getLoopbackAddress(), port);
        connection.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        return connection;
    }

    HttpResponse<String> clientCredentials() throws IOException {
        return send(tokenRequest(BASIC, form("grant_type", "client_credentials")));
    }

    HttpResponse<String> api(String accessToken) throws IOException {
        return send(at("/api").header("Authorization", "Bearer " + accessToken).build());
    }

    HttpResponse<String> get(String path) throws IOException {
        return send(at(path).build());
    }

    HttpResponse<String> post(String path, String json) throws IOException {
        return send(at(path).POST(BodyPublishers.ofString(json)).build());
    }

    HttpResponse<String> delete(String path) throws IOException {
        return send(at(path).DELETE().build());
    }

    HttpResponse<String> send(HttpRequest request) throws IOException {
        try {
            return HTTP.send(request, BodyHandlers.ofString());
        } catch (InterruptedException interrupted) {
            throw new CompletionException(interrupted);
        }
    }

    static HttpResponse<String> join(CompletableFuture<HttpResponse<String>> response)
            throws ExecutionException, InterruptedException, TimeoutException {
        return response.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }

    static JsonObject json(HttpResponse<String> response) {
        return new JsonObject(response.body());
    }

    private HttpRequest refreshRequest(String refreshToken) {
        return tokenRequest(BASIC, form("grant_type", "refresh_token", "refresh_token", refreshToken));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
