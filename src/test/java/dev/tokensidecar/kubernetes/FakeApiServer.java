package dev.tokensidecar.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tokensidecar.testing.crypto.CertificateAuthority;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An API server with one Secret, which accepts Events, as a real one was seen to behave: it accepts a patch without a version, requires a field
 * selector for a watch, and reports old versions by an ERROR event in a response with status 200.
 */
final class FakeApiServer implements AutoCloseable {

    static final String TOKEN = "service-account-token";
    static final String NAMESPACE = "shop";
    static final String NAME = "session-of-orders";

    private static final String SECRETS = "/api/v1/namespaces/" + NAMESPACE + "/secrets";
    private static final String EVENTS = "/api/v1/namespaces/" + NAMESPACE + "/events";
    private static final String PATH = SECRETS + "/" + NAME;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE_SECONDS = 20;

    private final HttpServer server;
    private final Queue<Behaviour> next = new ArrayDeque<>();
    private final BlockingQueue<Arrived> requests = new LinkedBlockingQueue<>();
    private final List<HttpServerRequest> watches = new ArrayList<>();
    private final List<ObjectNode> history = new ArrayList<>();
    private final ObjectNode secret;
    private String token = TOKEN;
    private String date = "Thu, 01 Jan 2026 12:00:00 GMT";
    private long version = 98;
    private long oldest;
    private boolean failing;
    private @Nullable HeldPatch heldPatch;

    private FakeApiServer(Vertx vertx, CertificateAuthority.Issued certificate, String host) {
        secret = JSON.createObjectNode().put("kind", "Secret").put("apiVersion", "v1");
        secret.putObject("metadata").put("name", NAME).put("namespace", NAMESPACE);
        changed();
        server = vertx.createHttpServer(new HttpServerOptions()
                        .setHost(host)
                        .setPort(0)
                        .setSsl(true)
                        .setKeyCertOptions(certificate.options()))
                .requestHandler(request -> request.body().onSuccess(body -> respond(request, body)));
        server.listen()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    static FakeApiServer start(Vertx vertx, CertificateAuthority.Issued certificate) {
        return start(vertx, certificate, "127.0.0.1");
    }

    static FakeApiServer start(Vertx vertx, CertificateAuthority.Issued certificate, String host) {
        return new FakeApiServer(vertx, certificate, host);
    }

    /** A request as it arrived. */
    record Arrived(String method, String uri, Map<String, String> headers, String body) {

        @Nullable String header(String name) {
            return headers.get(name);
        }
    }

    /** What to do with one request instead of a normal response, or before it. */
    interface Behaviour {
        void on(HttpServerRequest request, Runnable normally);
    }

    int port() {
        return server.actualPort();
    }

    /** Somebody else writes a key of the Secret. */
    synchronized void put(String key, String content) {
        data().put(key, Base64.getEncoder().encodeToString(content.getBytes(UTF_8)));
        changed();
    }

    /** Somebody else removes all data. */
    synchronized void clear() {
        data().removeAll();
        changed();
    }

    synchronized void label(String name, String value) {
        secret.withObject("/metadata").withObject("/labels").put(name, value);
        changed();
    }

    /** Returns the Secret as JSON. */
    synchronized JsonNode secret() {
        return secret.deepCopy();
    }

    synchronized @Nullable String get(String key) {
        JsonNode value = data().path(key);
        return value.isTextual() ? new String(Base64.getDecoder().decode(value.textValue()), UTF_8) : null;
    }

    synchronized String version() {
        return Long.toString(version);
    }

    synchronized void token(String accepted) {
        token = accepted;
    }

    synchronized void date(String shown) {
        date = shown;
    }

    /** Forgets all history, so that a watch has to begin at the present. */
    synchronized void compact() {
        oldest = version;
    }

    /** Responds to each request with 500. */
    synchronized void failing(boolean fails) {
        failing = fails;
    }

    /** Sets what happens to a request that has no other behaviour before it. */
    synchronized void next(Behaviour behaviour) {
        next.add(behaviour);
    }

    void nextStatus(int status, String... headers) {
        next((request, normally) -> {
            HttpServerResponse response = request.response().setStatusCode(status);
            for (int at = 0; at < headers.length; at += 2) {
                response.putHeader(headers[at], headers[at + 1]);
            }
            var unused = response.end("{\"kind\":\"Status\",\"code\":" + status + "}");
        });
    }

    void nextBody(String body) {
        next((request, normally) -> {
            var unused = request.response().end(body);
        });
    }

    void nextBreaks() {
        next((request, normally) -> {
            var unused = request.connection().close();
        });
    }

    /** Responds to the next request only when the returned future is completed. */
    CompletableFuture<Void> nextHeld() {
        CompletableFuture<Void> released = new CompletableFuture<>();
        next((request, normally) -> {
            var unused = released.thenRun(normally);
        });
        return released;
    }

    /**
     * Applies the next patch, and responds only later.
     *
     * @param applied completes when the Secret has changed
     * @param respond completed by the test
     */
    record HeldPatch(CompletableFuture<Void> applied, CompletableFuture<Void> respond) {}

    synchronized HeldPatch nextPatchHeld() {
        heldPatch = new HeldPatch(new CompletableFuture<>(), new CompletableFuture<>());
        return heldPatch;
    }

    /** Returns a future that completes when the client has closed the connection of the next request, without a response. */
    CompletableFuture<Void> nextSilent() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        next((request, normally) -> request.connection().closeHandler(gone -> closed.complete(null)));
        return closed;
    }

    /** Returns the next request, which may not have arrived yet. */
    Arrived request() throws InterruptedException {
        return Objects.requireNonNull(requests.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), "no request");
    }

    /** Waits for the next request. */
    void awaitRequest() throws InterruptedException {
        var unused = request();
    }

    /** Returns the requests that nobody has asked for yet. */
    List<Arrived> requests() {
        List<Arrived> left = new ArrayList<>();
        requests.drainTo(left);
        return left;
    }

    synchronized void endWatches() {
        watches.forEach(watch -> {
            var unused = watch.response().end();
        });
        watches.clear();
    }

    synchronized void breakWatches() {
        watches.forEach(watch -> {
            var unused = watch.connection().close();
        });
        watches.clear();
    }

    /** Sends this to each watch. */
    synchronized void send(String text) {
        watches.forEach(watch -> {
            var unused = watch.response().write(text);
        });
    }

    /** Sends an event for the present Secret. */
    synchronized void event(String type) {
        send(line(type, secret));
    }

    private ObjectNode data() {
        return secret.withObject("/data");
    }

    private void changed() {
        version++;
        secret.withObject("/metadata").put("resourceVersion", Long.toString(version));
        history.add(secret.deepCopy());
        send(line("MODIFIED", secret));
    }

    private static String line(String type, ObjectNode object) {
        return JSON.createObjectNode().put("type", type).set("object", object) + "\n";
    }

    private void respond(HttpServerRequest request, Buffer body) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        request.headers().forEach(headers::put);
        Behaviour behaviour;
        synchronized (this) {
            behaviour = next.poll();
            request.response().putHeader("Date", date);
        }
        requests.add(new Arrived(request.method().name(), request.uri(), headers, body.toString()));
        if (behaviour == null) {
            respondNormally(request, body);
        } else {
            behaviour.on(request, () -> respondNormally(request, body));
        }
    }

    private synchronized void respondNormally(HttpServerRequest request, Buffer body) {
        String path = Objects.requireNonNull(request.path());
        if (failing) {
            status(request, 500);
        } else if (!("Bearer " + token).equals(request.getHeader("Authorization"))) {
            status(request, 401);
        } else if (path.equals(PATH) && request.method().name().equals("GET")) {
            var unused = request.response().end(secret.toString());
        } else if (path.equals(PATH) && request.method().name().equals("PATCH")) {
            patch(request, body);
        } else if (path.equals(SECRETS) && "true".equals(request.getParam("watch"))) {
            watch(request);
        } else if (path.equals(EVENTS) && request.method().name().equals("POST")) {
            var unused = request.response().setStatusCode(201).end("{\"kind\":\"PartialObjectMetadata\"}");
        } else {
            status(request, path.startsWith(SECRETS + "/") ? 404 : 403);
        }
    }

    private static void status(HttpServerRequest request, int code) {
        var unused = request.response().setStatusCode(code).end("{\"kind\":\"Status\",\"code\":" + code + "}");
    }

    private void patch(HttpServerRequest request, Buffer body) {
        JsonNode patch = parse(body);
        JsonNode expected = patch.path("metadata").path("resourceVersion");
        if (expected.isTextual() && !expected.textValue().equals(version())) {
            status(request, 409);
            return;
        }
        patch.path("data").properties().forEach(entry -> data().set(entry.getKey(), entry.getValue()));
        changed();
        ObjectNode metadata = JSON.createObjectNode().put("kind", "PartialObjectMetadata");
        metadata.set("metadata", secret.path("metadata"));
        HeldPatch held = heldPatch;
        heldPatch = null;
        if (held == null) {
            var unused = request.response().end(metadata.toString());
        } else {
            var unused = held.respond().thenRun(() -> request.response().end(metadata.toString()));
            held.applied().complete(null);
        }
    }

    private static JsonNode parse(Buffer body) {
        try {
            return JSON.readTree(body.toString());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private void watch(HttpServerRequest request) {
        if (!("metadata.name=" + NAME).equals(request.getParam("fieldSelector"))) {
            status(request, 403);
            return;
        }
        long from = Long.parseLong(request.getParam("resourceVersion"));
        request.response().setChunked(true);
        if (from < oldest) {
            ObjectNode gone = JSON.createObjectNode().put("kind", "Status").put("code", 410);
            var unused = request.response().end(line("ERROR", gone));
            return;
        }
        var unused = request.response().writeHead();
        history.stream()
                .filter(past -> past.at("/metadata/resourceVersion").asLong() > from)
                .map(past -> line("MODIFIED", past))
                .forEach(request.response()::write);
        watches.add(request);
    }

    @Override
    public void close() {
        server.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }
}
