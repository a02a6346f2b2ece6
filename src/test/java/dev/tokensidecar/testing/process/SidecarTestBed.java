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

/** A demo authorization server in this process, and the files and settings of a sidecar that runs as another one. */
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
     * Opens the server and a session at it.
     *
     * @param directory keeps the files of the sidecar
     * @param log where the sidecar writes its log
     */
    public SidecarTestBed(Path directory, Path log, DemoOptions options) {
        this.directory = directory;
        this.log = log;
        server = DemoAuthorizationServer.start(vertx, options);
        set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_TOKEN_ENDPOINT", server.tokenEndpoint());
        set("SIDECAR_TOKEN_CLIENT_ID", DemoOptions.CLIENT_ID);
        set("SIDECAR_TOKEN_CLIENT_SECRET_FILE", write("client-secret", DemoOptions.CLIENT_SECRET));
        set("SIDECAR_TOKEN_STORE_REFRESH_TOKEN_FILE", write("seed", server.newSession()));
        set("SIDECAR_TOKEN_STORE_FILE", stored().toString());
    }

    /** Sets an environment variable of the sidecar. */
    public void set(String variable, String value) {
        settings.put(variable, value);
    }

    /** Has the sidecar use the server's endpoint without OAuth, as its description says. */
    public void withoutOAuth() {
        settings.keySet()
                .removeAll(Set.of(
                        "SIDECAR_TOKEN_AUTHORIZATION_SERVER_TOKEN_ENDPOINT",
                        "SIDECAR_TOKEN_CLIENT_ID",
                        "SIDECAR_TOKEN_CLIENT_SECRET_FILE"));
        set("SIDECAR_TOKEN_REFRESH_ENDPOINT_URL", server.refreshEndpoint());
        set("SIDECAR_TOKEN_REFRESH_ENDPOINT_ACCESS_TOKEN", "Authorization");
    }

    /** Starts the sidecar by way of this command from now on, which runs the one behind it. */
    public void startBy(String... command) {
        prefix = List.of(command);
    }

    /** Gives the sidecar so much heap from now on ({@code -Xmx}). */
    public void heap(String limit) {
        heap = limit;
    }

    /** Writes a file and tells its path. */
    public String write(String name, String content) {
        try {
            return Files.writeString(directory.resolve(name), content).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file in which the sidecar keeps its refresh token. */
    public Path stored() {
        return directory.resolve("refresh-token");
    }

    public DemoAuthorizationServer server() {
        return server;
    }

    /** Starts the sidecar; there may be several, one after the other. */
    public SidecarProcess start() {
        return SidecarProcess.start(prefix, heap, settings, log);
    }

    /** Starts the sidecar by a command of another kind than {@code java -jar}. */
    public SidecarProcess startAs(List<String> command) {
        return SidecarProcess.startAs(command, settings, log);
    }

    /** Starts the sidecar by such a command in this working directory, with a log of its own. */
    public SidecarProcess startAs(Path workingDirectory, List<String> command, Path ownLog) {
        return SidecarProcess.startAs(workingDirectory, command, settings, ownLog);
    }

    /** Waits until the next token request has arrived; nothing comes of it before the server lets it go on. */
    public void holdNextRefresh() {
        server.faults().next(Fault.hold());
        server.awaitHeld(1);
    }

    /** Waits until so many more token requests are over. */
    public void awaitRefreshes(int more) {
        server.awaitEnded((int) server.stats().tokenRequests() + more);
    }

    /** Ends the sidecar as a crash does, between the save of one answer and the making of the next. */
    public void crash(SidecarProcess sidecar) {
        holdNextRefresh();
        sidecar.kill();
        awaitRefreshes(0);
    }

    /** Asks for something and waits for the answer. */
    public HttpResponse<String> get(URI uri) {
        return answer(ask(uri));
    }

    /** Asks for something with these headers and waits for the answer. */
    public HttpResponse<String> get(URI uri, Map<String, String> headers) {
        return answer(ask(uri, headers));
    }

    /** Posts a form with these headers and waits for the answer. */
    public HttpResponse<String> post(URI uri, String form, Map<String, String> headers) {
        return answer(send(request(uri, headers)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build()));
    }

    private static HttpRequest.Builder request(URI uri, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        headers.forEach(request::header);
        return request;
    }

    /** Asks for something. */
    public CompletableFuture<HttpResponse<String>> ask(URI uri) {
        return ask(uri, Map.of("Accept", "text/plain"));
    }

    /** Asks for something with these headers. */
    public CompletableFuture<HttpResponse<String>> ask(URI uri, Map<String, String> headers) {
        return send(request(uri, headers).build());
    }

    /** Waits for an answer. */
    public static HttpResponse<String> answer(CompletableFuture<HttpResponse<String>> asked) {
        return asked.orTimeout(60, TimeUnit.SECONDS).join();
    }

    private CompletableFuture<HttpResponse<String>> send(HttpRequest request) {
        return client.sendAsync(request, BodyHandlers.ofString());
    }

    /** Whether an API takes this token. */
    public boolean works(String accessToken) {
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
