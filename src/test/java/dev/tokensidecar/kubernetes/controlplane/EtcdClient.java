package dev.tokensidecar.kubernetes.controlplane;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.function.Consumer;

/** Talks to etcd through its JSON gateway. */
final class EtcdClient {

    private EtcdClient() {}

    static boolean isHealthy(URI etcd) throws InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(etcd.resolve("/health"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /**
     * Reports the events of a key until etcd closes the connection.
     *
     * @param revision the first revision to report
     */
    static void watch(HttpClient client, URI etcd, String key, long revision, Consumer<JsonObject> events)
            throws IOException, InterruptedException {
        JsonObject create = keyed(key).put("start_revision", Long.toString(revision));
        HttpRequest request = post(etcd.resolve("/v3/watch"), new JsonObject().put("create_request", create));
        try (var lines = client.send(request, BodyHandlers.ofLines()).body()) {
            lines.map(line -> new JsonObject(line).getJsonObject("result", new JsonObject()))
                    .filter(result -> result.containsKey("events"))
                    .flatMap(result -> result.getJsonArray("events").stream())
                    .forEach(event -> events.accept((JsonObject) event));
        }
    }

    /** Returns the number of bytes in the value of a key. */
    static int size(URI etcd, String key) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = post(etcd.resolve("/v3/kv/range"), keyed(key));
            JsonObject found =
                    new JsonObject(client.send(request, BodyHandlers.ofString()).body());
            String value = found.getJsonArray("kvs").getJsonObject(0).getString("value");
            return Base64.getDecoder().decode(value).length;
        }
    }

    private static JsonObject keyed(String key) {
        return new JsonObject().put("key", Base64.getEncoder().encodeToString(key.getBytes(StandardCharsets.UTF_8)));
    }

    private static HttpRequest post(URI uri, JsonObject body) {
        return HttpRequest.newBuilder(uri)
                .POST(BodyPublishers.ofString(body.encode()))
                .build();
    }
}
