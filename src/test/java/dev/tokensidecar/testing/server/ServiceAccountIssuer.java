package dev.tokensidecar.testing.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tokensidecar.testing.crypto.SigningKey;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;

/** A Kubernetes API server as an authorization server sees it: issues tokens of ServiceAccounts and publishes its keys. */
public final class ServiceAccountIssuer implements AutoCloseable {

    private static final String KEYS = "/openid/v1/jwks";

    private final SigningKey key = SigningKey.make("cluster");
    private final HttpServer server;
    private final URI issuer;

    /** Listens on a free port. */
    public ServiceAccountIssuer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        issuer = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        serve("/.well-known/openid-configuration", configuration());
        serve(KEYS, key.publicKeys());
        server.start();
    }

    /** Returns its issuer identifier. */
    public URI uri() {
        return issuer;
    }

    /** Returns its key pair as a JWK, the content of a key file. */
    public String privateKey() {
        return key.privateKey();
    }

    /** Returns a token of the ServiceAccount for this audience, as in a projected volume. */
    public String token(String namespace, String serviceAccount, String audience) {
        return key.sign(issuer.toString(), "system:serviceaccount:" + namespace + ":" + serviceAccount, audience);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private String configuration() {
        return new JsonObject()
                .put("issuer", issuer.toString())
                .put("jwks_uri", issuer.resolve(KEYS).toString())
                .put("response_types_supported", new JsonArray().add("id_token"))
                .put("subject_types_supported", new JsonArray().add("public"))
                .put("id_token_signing_alg_values_supported", new JsonArray().add("RS256"))
                .encode();
    }

    private void serve(String path, String json) {
        server.createContext(path, exchange -> respond(exchange, json.getBytes(UTF_8)));
    }

    private static void respond(HttpExchange exchange, byte[] json) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, json.length);
            exchange.getResponseBody().write(json);
        }
    }
}
