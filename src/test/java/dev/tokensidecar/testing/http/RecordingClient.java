package dev.tokensidecar.testing.http;

import dev.tokensidecar.testing.crypto.Sha256;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Makes every kind of request, valid and invalid, and records the responses. */
public final class RecordingClient {

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Queue<String> accessTokens = new ConcurrentLinkedQueue<>();
    private final Queue<String> tokenResponses = new ConcurrentLinkedQueue<>();
    private final Queue<String> otherResponses = new ConcurrentLinkedQueue<>();
    private final URI api;
    private final URI management;
    private final String[] headers;
    private volatile String newest = "";

    /** @param headers names and values of headers for every request */
    public RecordingClient(URI api, URI management, String... headers) {
        this.api = api;
        this.management = management;
        this.headers = headers.clone();
    }

    /** Requests a token with this query. */
    public void request(String query, String... more) throws IOException, InterruptedException {
        get(api.resolve("/token" + query), more);
    }

    /** Returns the current token. */
    public String token() throws IOException, InterruptedException {
        request("");
        return newest;
    }

    /** Reports a token by its hash. */
    public void reportHash(String token, String... more) throws IOException, InterruptedException {
        request("?rejected=" + Sha256.hex(token), more);
    }

    /** Reports a token with itself. */
    public void report(String token) throws IOException, InterruptedException {
        send(HttpRequest.newBuilder(api.resolve("/token/rejected"))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("www_authenticate=Bearer%20error%3D%22invalid_token%22")));
    }

    /** Requests all endpoints that describe the sidecar. */
    public void requestDescriptions() throws IOException, InterruptedException {
        get(api.resolve("/status"));
        get(api.resolve("/openapi"));
        get(management.resolve("/q/metrics"));
        get(management.resolve("/q/health"));
        get(management.resolve("/"));
    }

    /** Sends a token in places where no caller should; no response may contain it. */
    public void misplace(String token) throws IOException, InterruptedException {
        request("?rejected=" + token);
        request("?min_ttl=" + token);
        get(api.resolve("/token"), "Authorization", "Bearer " + token, "Origin", "http://" + token);
        get(api.resolve("/nowhere/" + token), "Authorization", "Bearer " + token);
        get(api.resolve("/token"), "Accept", "application/xml", "Authorization", "Bearer " + token);
        get(api.resolve("/token/rejected"), "Authorization", "Bearer " + token);
        get(api.resolve("/token"), "X-Padding", token.repeat(20_000 / token.length()));
        for (String line :
                List.of("GET /" + token + "\0 HTTP/1.1", token + " / HTTP/1.1", "GET /token HTTP/" + token)) {
            try (RawHttp request = RawHttp.send(api.getPort(), line, "Host: localhost", "Connection: close")) {
                otherResponses.add(request.readUntilClosed().toString());
            }
        }
    }

    private void get(URI uri, String... more) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        send(more.length == 0 ? request : request.headers(more));
    }

    private void send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpRequest ready = (headers.length == 0 ? request : request.headers(headers)).build();
        HttpResponse<String> response = http.send(ready, BodyHandlers.ofString());
        String recorded = response.headers() + response.body();
        if (response.statusCode() == 200 && response.body().startsWith("{\"access_token\"")) {
            newest = new JsonObject(response.body()).getString("access_token");
            accessTokens.add(newest);
            tokenResponses.add(recorded);
        } else {
            otherResponses.add(recorded);
        }
    }

    /** Returns every access token it got. */
    public List<String> accessTokens() {
        return accessTokens.stream().distinct().toList();
    }

    /** Returns the responses with a token, each with its headers. */
    public List<String> tokenResponses() {
        return List.copyOf(tokenResponses);
    }

    /** Returns all other responses, each with its headers. */
    public List<String> otherResponses() {
        return List.copyOf(otherResponses);
    }
}
