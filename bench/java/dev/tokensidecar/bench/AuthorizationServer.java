package dev.tokensidecar.bench;

import dev.tokensidecar.demo.DemoMain;
import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.testing.process.ChildProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Runs the demo authorization server in its own process. */
final class AuthorizationServer implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient client = HttpClient.newHttpClient();
    private final ChildProcess process;
    private final Path directory;
    private final String address;

    private AuthorizationServer(ChildProcess process, Path directory, String address) {
        this.process = process;
        this.directory = directory;
        this.address = address;
    }

    static AuthorizationServer start(Path directory, Duration lifetime) throws IOException, InterruptedException {
        int port = ChildProcess.freePort();
        Files.deleteIfExists(storeFile(directory));
        ChildProcess process = ChildProcess.start(
                List.of(
                        Workbench.java(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DemoMain.class.getName(),
                        "--port=" + port,
                        "--access-token-lifetime=" + lifetime,
                        "--directory=" + directory),
                Map.of(),
                directory.resolve("server.log"));
        AuthorizationServer server = new AuthorizationServer(process, directory, "http://127.0.0.1:" + port);
        process.await("the authorization server", () -> process.log().contains("refresh-token-file="), TIMEOUT);
        return server;
    }

    private static Path storeFile(Path directory) {
        return directory.resolve("stored");
    }

    /** Returns the settings of a sidecar with one token and both ports on loopback. */
    Map<String, String> settings() {
        return Map.of(
                "QUARKUS_MANAGEMENT_HOST",
                "127.0.0.1",
                "SIDECAR_TOKEN_AUTHORIZATION_SERVER_TOKEN_ENDPOINT",
                tokenEndpoint(),
                "SIDECAR_TOKEN_CLIENT_ID",
                DemoOptions.CLIENT_ID,
                "SIDECAR_TOKEN_CLIENT_SECRET_FILE",
                secretFile().toString(),
                "SIDECAR_TOKEN_STORE_REFRESH_TOKEN_FILE",
                directory.resolve("refresh-token").toString(),
                "SIDECAR_TOKEN_STORE_FILE",
                storeFile(directory).toString());
    }

    String tokenEndpoint() {
        return address + "/token";
    }

    /** Returns the file with the secret of {@link DemoOptions#CLIENT_ID}. */
    Path secretFile() {
        return directory.resolve("client-secret");
    }

    /** Delays all further responses. */
    void respondAfter(Duration latency) throws IOException, InterruptedException {
        fault(new JsonObject()
                .put("fault", "slow")
                .put("seconds", latency.toMillis() / 1000.0)
                .put("always", true));
    }

    /** Sets the {@code expires_in} of the next response. */
    void nextLifetime(Duration lifetime) throws IOException, InterruptedException {
        fault(new JsonObject().put("fault", "with").put("field", "expires_in").put("value", lifetime.toSeconds()));
    }

    private void fault(JsonObject fault) throws IOException, InterruptedException {
        var unused = send(request("/admin/faults").POST(BodyPublishers.ofString(fault.encode())));
    }

    /** Returns the latest token requests, the oldest first. */
    List<TokenPost> posts() throws IOException, InterruptedException {
        return new JsonArray(send(request("/admin/requests")))
                .stream().map(JsonObject.class::cast).map(TokenPost::of).toList();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(address + path)).timeout(TIMEOUT);
    }

    private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new IOException("the authorization server sent " + response.statusCode() + " " + response.body());
        }
        return response.body();
    }

    @Override
    public void close() {
        client.shutdownNow();
        process.close();
    }
}
