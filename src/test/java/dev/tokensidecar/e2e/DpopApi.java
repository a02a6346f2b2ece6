package dev.tokensidecar.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tokensidecar.testing.crypto.JwtClaims;
import dev.tokensidecar.testing.server.ProofVerifier;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An API for JWTs that are bound to a key. It verifies the proof of each request, and wants a nonce in it. */
final class DpopApi implements AutoCloseable {

    private static final String SCHEME = "DPoP ";

    private final ProofVerifier proofs = new ProofVerifier();
    private final List<JsonObject> served = new CopyOnWriteArrayList<>();
    private final List<String> rejections = new CopyOnWriteArrayList<>();
    private final HttpServer http;

    DpopApi() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", this::handle);
        http.start();
        proofs.demand("nonce-1", "nonce-1");
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    /** Wants another nonce from now on. */
    void demand(String nonce) {
        proofs.demand(nonce, nonce);
    }

    /** Returns the claims of the tokens in the requests that were served. */
    List<JsonObject> served() {
        return List.copyOf(served);
    }

    /** Returns why requests were rejected. */
    List<String> rejections() {
        return List.copyOf(rejections);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            answer(exchange);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        if (!authorization.startsWith(SCHEME)) {
            reject(exchange, "invalid_token", authorization.split(" ", 2)[0]);
            return;
        }
        String token = authorization.substring(SCHEME.length());
        JsonObject claims = JwtClaims.of(token);
        if (claims.getLong("exp") <= Instant.now().getEpochSecond()) {
            reject(exchange, "invalid_token", "expired");
            return;
        }
        try {
            proofs.verifyApiRequest(
                    exchange.getRequestHeaders().getOrDefault("DPoP", List.of()),
                    exchange.getRequestMethod(),
                    uri().resolve(exchange.getRequestURI()),
                    token,
                    claims.getJsonObject("cnf").getString("jkt"));
        } catch (ProofVerifier.Rejected wrong) {
            reject(exchange, wrong.error(), String.valueOf(wrong.getMessage()));
            return;
        }
        served.add(claims);
        respond(exchange, 200, "served");
    }

    private void reject(HttpExchange exchange, String error, String why) throws IOException {
        rejections.add(error + ": " + why);
        exchange.getResponseHeaders().set("WWW-Authenticate", "DPoP error=\"" + error + "\"");
        respond(exchange, 401, error);
    }

    private void respond(HttpExchange exchange, int status, String body) throws IOException {
        exchange.getResponseHeaders().set("DPoP-Nonce", String.valueOf(proofs.offered()));
        byte[] bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
