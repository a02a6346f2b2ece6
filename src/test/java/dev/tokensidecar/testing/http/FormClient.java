package dev.tokensidecar.testing.http;

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

/** A plain HTTP client of an authorization server: posts forms and reads JSON. */
public final class FormClient implements AutoCloseable {

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI base;

    public FormClient(URI base) {
        this.base = base;
    }

    /** Posts a form and expects JSON. */
    public JsonObject json(String path, Map<String, String> form) throws IOException, InterruptedException {
        return new JsonObject(ok(client.send(request(path, form).build(), BodyHandlers.ofString())));
    }

    /** Posts a form and returns any response. */
    public CompletableFuture<HttpResponse<String>> post(String path, Map<String, String> form) {
        return client.sendAsync(request(path, form).build(), BodyHandlers.ofString());
    }

    /** Sends a request and expects success. */
    public String send(HttpRequest request) throws IOException, InterruptedException {
        return ok(client.send(request, BodyHandlers.ofString()));
    }

    /** Returns the request that posts a form. */
    public HttpRequest.Builder request(String path, Map<String, String> form) {
        return HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(encode(form)));
    }

    /** Returns the address of a path of the server. */
    public URI uri(String path) {
        return base.resolve(path);
    }

    /** Encodes a form. */
    public static String encode(Map<String, String> form) {
        return form.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    /** Merges two forms. */
    public static Map<String, String> with(Map<String, String> some, Map<String, String> more) {
        Map<String, String> all = new HashMap<>(some);
        all.putAll(more);
        return all;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private static String ok(HttpResponse<String> response) {
        if (response.statusCode() / 100 != 2) {
            throw new IllegalStateException(response.statusCode() + " " + response.body());
        }
        return response.body();
    }
}
