package dev.tokensidecar.testing.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tokensidecar.testing.http.FormClient;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An authorization server whose user grants everything at once: authorization code with PKCE, pushed requests and the device
 * grant. It rejects a code with another redirect URI or verifier than that of its request.
 */
public final class InteractiveServer implements AutoCloseable {

    public static final String REFRESH_TOKEN = "rt-1+/=";

    /** One request: its path, its {@code Authorization}, and the names and values of its parameters. */
    public record Received(String path, String authorization, Map<String, String> parameters, String encoded) {}

    private final HttpServer server;
    private final JsonObject metadata = new JsonObject();
    private final JsonObject tokens = new JsonObject()
            .put("access_token", "at-1")
            .put("token_type", "Bearer")
            .put("expires_in", 300)
            .put("refresh_token", REFRESH_TOKEN);
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final Map<String, Map<String, String>> pending = new ConcurrentHashMap<>();
    private volatile Map<String, String> answer = Map.of();
    private volatile String requestUri = "urn:ietf:params:oauth:request_uri:";
    private final AtomicInteger polls = new AtomicInteger();

    public InteractiveServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        metadata.put("issuer", issuer().toString())
                .put("authorization_endpoint", issuer() + "/authorize?tenant=1")
                .put("token_endpoint", issuer() + "/token")
                .put("device_authorization_endpoint", issuer() + "/device");
        server.createContext("/", this::handle);
        server.start();
    }

    public URI issuer() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Returns its metadata, which tests may change. */
    public JsonObject metadata() {
        return metadata;
    }

    /** Returns the successful token response, which tests may change. */
    public JsonObject tokens() {
        return tokens;
    }

    /** Offers pushed authorization requests, and demands them. */
    public void offerPushedRequests() {
        metadata.put("pushed_authorization_request_endpoint", issuer() + "/par");
    }

    /** Begins each {@code request_uri} with this text. */
    public void beginRequestUris(String text) {
        requestUri = text;
    }

    /** Answers authorization requests with these parameters in place of a code. */
    public void answer(Map<String, String> parameters) {
        answer = parameters;
    }

    /** Returns the requests with this path so far. */
    public List<Received> received(String path) {
        return received.stream().filter(request -> request.path().equals(path)).toList();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        String query = Objects.requireNonNullElse(exchange.getRequestURI().getRawQuery(), "");
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        String encoded = body.isEmpty() ? query : body;
        Map<String, String> parameters = decoded(encoded);
        String path = exchange.getRequestURI().getPath();
        received.add(new Received(
                path,
                Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Authorization"), ""),
                parameters,
                encoded));
        switch (path) {
            case "/.well-known/openid-configuration" -> send(exchange, 200, metadata);
            case "/authorize" -> authorize(exchange, parameters);
            case "/par" -> send(exchange, 201, pushed(parameters));
            case "/token" -> token(exchange, parameters);
            case "/device" -> send(exchange, 200, device());
            default -> exchange.sendResponseHeaders(404, -1);
        }
        exchange.close();
    }

    private JsonObject pushed(Map<String, String> parameters) {
        String uri = requestUri + pending.size();
        pending.put(uri, parameters);
        return new JsonObject().put("request_uri", uri).put("expires_in", 60);
    }

    private void authorize(HttpExchange exchange, Map<String, String> parameters) throws IOException {
        Map<String, String> request = parameters.containsKey("request_uri")
                ? pending.getOrDefault(parameters.get("request_uri"), Map.of())
                : parameters;
        Map<String, String> response = new LinkedHashMap<>();
        response.put("state", request.get("state"));
        response.put("iss", issuer().toString());
        if (answer.isEmpty()) {
            String code = "code-" + pending.size();
            pending.put(code, request);
            response.put("code", code);
        }
        response.putAll(answer);
        response.values().removeIf(String::isEmpty);
        exchange.getResponseHeaders().set("Location", request.get("redirect_uri") + "?" + FormClient.encode(response));
        exchange.sendResponseHeaders(302, -1);
    }

    private JsonObject device() {
        return new JsonObject()
                .put("device_code", "dc-1")
                .put("user_code", "WDJB-MJHT")
                .put("verification_uri", issuer() + "/activate")
                .put("expires_in", 60)
                .put("interval", 1);
    }

    private void token(HttpExchange exchange, Map<String, String> form) throws IOException {
        if (form.containsKey("device_code")) {
            if (polls.incrementAndGet() == 1) {
                send(exchange, 400, new JsonObject().put("error", "authorization_pending"));
            } else {
                send(exchange, 200, tokens);
            }
            return;
        }
        Map<String, String> request = pending.remove(form.getOrDefault("code", ""));
        boolean valid = request != null
                && Objects.equals(request.get("redirect_uri"), form.get("redirect_uri"))
                && "S256".equals(request.get("code_challenge_method"))
                && challenge(form.getOrDefault("code_verifier", "")).equals(request.get("code_challenge"));
        send(exchange, valid ? 200 : 400, valid ? tokens : new JsonObject().put("error", "invalid_grant"));
    }

    private static String challenge(String verifier) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, String> decoded(String encoded) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : encoded.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            if (parts.length == 2) {
                String previous = parameters.put(parts[0], URLDecoder.decode(parts[1], UTF_8));
                if (previous != null) {
                    throw new IllegalStateException(parts[0] + " occurs twice");
                }
            }
        }
        return parameters;
    }

    private static void send(HttpExchange exchange, int status, JsonObject body) throws IOException {
        byte[] bytes = body.encode().getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
