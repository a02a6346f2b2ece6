package dev.tokensidecar.testing.process;

import dev.tokensidecar.demo.DemoAuthorizationServer;
import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.Fault;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A demo authorization server in the process of the test, and the files and settings of a sidecar in another process. */
public final class SidecarTestBed implements AutoCloseable {

    private final Path directory;
    private final Path log;
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, String> settings = new HashMap<>();
    private final DemoAuthorizationServer server;
    private List<String> prefix = List.of();
    private String heap = SidecarProcess.HEAP;

    /**
     * Starts the server and opens a session.
     *
     * @param directory contains the files of the sidecar
     * @param log the log file of the sidecar
     */
    public SidecarTestBed(Path directory, Path log, DemoOptions options) {
        this.directory = directory;
        this.log = log;
        server = DemoAuthorizationServer.start(vertx, options);
        set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_TOKEN_ENDPOINT", server.tokenEndpoint());
        set("SIDECAR_TOKEN_CLIENT_ID", DemoOptions.CLIENT_ID);
        set("SIDECAR_TOKEN_CLIENT_SECRET_FILE", write("client-secret", DemoOptions.CLIENT_SECRET));
        set("SIDECAR_TOKEN_STORE_REFRESH_TOKEN_FILE", write("seed", server.newSession()));
        set("SIDECAR_TOKEN_STORE_FILE", storeFile().toString());
    }

    /** Sets an environment variable of the sidecar. */
    public void set(String variable, String value) {
        settings.put(variable, value);
    }

    /** Returns the environment variables of the sidecar, for a command beside it. */
    public Map<String, String> environment() {
        return Map.copyOf(settings);
    }

    /** Configures no token. */
    public void withoutToken() {
        settings.keySet().removeIf(variable -> variable.startsWith("SIDECAR_TOKEN_"));
    }

    /** Configures the endpoint of the server that does not speak OAuth. */
    public void withoutOAuth() {
        settings.keySet()
                .removeAll(Set.of(
                        "SIDECAR_TOKEN_AUTHORIZATION_SERVER_TOKEN_ENDPOINT",
                        "SIDECAR_TOKEN_CLIENT_ID",
                        "SIDECAR_TOKEN_CLIENT_SECRET_FILE"));
        set("SIDECAR_TOKEN_REFRESH_ENDPOINT_URL", server.refreshEndpoint());
        set("SIDECAR_TOKEN_REFRESH_ENDPOINT_ACCESS_TOKEN", "Authorization");
    }

    /** Starts the sidecar through this command from now on, {@code setpriv} for instance. */
    public void prefixCommand(String... command) {
        prefix = List.of(command);
    }

    /** Sets the heap limit of the sidecar from now on ({@code -Xmx}). */
    public void heap(String limit) {
        heap = limit;
    }

    /** Writes a file and returns its path. */
    public String write(String name, String content) {
        try {
            return Files.writeString(directory.resolve(name), content).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the store file of the sidecar. */
    public Path storeFile() {
        return directory.resolve("refresh-token");
    }

    public DemoAuthorizationServer server() {
        return server;
    }

    /** Starts a sidecar with these arguments. A test can start several, one after the other. */
    public SidecarProcess start(String... arguments) {
        return SidecarProcess.start(prefix, heap, settings, log, arguments);
    }

    /** Starts a sidecar with this command instead of {@code java -jar}. */
    public SidecarProcess startCommand(List<String> command) {
        return SidecarProcess.startCommand(command, settings, log);
    }

    /** Starts a sidecar with this command, in this working directory and with a log of its own. */
    public SidecarProcess startCommand(Path workingDirectory, List<String> command, Path ownLog) {
        return SidecarProcess.startCommand(workingDirectory, command, settings, ownLog);
    }

    /** Holds the next token request at the server and waits until it has arrived. */
    public void holdNextRefresh() {
        server.faults().next(Fault.hold());
        server.awaitHeld(1);
    }

    /** Waits until this many more token requests have ended. */
    public void awaitRefreshes(int more) {
        server.awaitEnded((int) server.stats().tokenRequests() + more);
    }

    /** Kills the sidecar between the save of one response and the processing of the next request. */
    public void crash(SidecarProcess sidecar) {
        holdNextRefresh();
        sidecar.kill();
        awaitRefreshes(0);
    }

    /** Sends a GET request and returns the response. */
    public HttpResponse<String> get(URI uri) {
        return await(getAsync(uri));
    }

    /** Sends a GET request with these headers and returns the response. */
    public HttpResponse<String> get(URI uri, Map<String, String> headers) {
        return await(getAsync(uri, headers));
    }

    /** Posts a form with these headers and returns the response. */
    public HttpResponse<String> post(URI uri, String form, Map<String, String> headers) {
        return await(send(request(uri, headers)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build()));
    }

    private static HttpRequest.Builder request(URI uri, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        headers.forEach(request::header);
        return request;
    }

    /** Sends a GET request. */
    public CompletableFuture<HttpResponse<String>> getAsync(URI uri) {
        return getAsync(uri, Map.of("Accept", "text/plain"));
    }

    /** Sends a GET request with these headers. */
    public CompletableFuture<HttpResponse<String>> getAsync(URI uri, Map<String, String> headers) {
        return send(request(uri, headers).build());
    }

    /** Waits for a response. */
    public static HttpResponse<String> await(CompletableFuture<HttpResponse<String>> response) {
        return response.orTimeout(60, TimeUnit.SECONDS).join();
    }

    private CompletableFuture<HttpResponse<String>> send(HttpRequest request) {
        return client.sendAsync(request, BodyHandlers.ofString());
    }

    /** Returns whether the API of the demo server accepts this token. */
    public boolean apiAccepts(String accessToken) {
        return get(URI.create(server.issuer() + "/api"), Map.of("Authorization", "Bearer " + accessToken))
                        .statusCode()
                == 200;
    }

    @Override
    public void close() {
        client.shutdownNow();
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
