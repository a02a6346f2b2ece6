package dev.tokensidecar.testing.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tokensidecar.testing.crypto.CertificateAuthority.Issued;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.regex.Pattern;

/**
 * An authorization server that accepts everything. At each path its response contains all members that a client may read.
 */
public final class PermissiveServer implements AutoCloseable {

    private static final Pattern WELL_KNOWN = Pattern.compile("/\\.well-known/[^/]+");

    private final JsonObject more;
    private final HttpServer server;
    private final TlsTerminator front;

    /** @param more further members of the response */
    public PermissiveServer(Issued certificate, JsonObject more) throws IOException {
        this.more = more;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::respond);
        server.start();
        front = new TlsTerminator(server.getAddress().getPort(), certificate);
    }

    /** Returns host and port. */
    public String authority() {
        return front.uri("/").getAuthority();
    }

    @Override
    public void close() {
        front.close();
        server.stop(0);
    }

    private void respond(HttpExchange exchange) throws IOException {
        try (exchange) {
            var unused = exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            String issuer = "https://" + authority() + WELL_KNOWN.matcher(path).replaceFirst("");
            byte[] json =
                    metadata(issuer).mergeIn(tokens()).mergeIn(more).toBuffer().getBytes();
            exchange.getResponseHeaders().set("Authorization", "Bearer of-a-header");
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, json.length);
            exchange.getResponseBody().write(json);
        }
    }

    private static JsonObject metadata(String issuer) {
        return new JsonObject()
                .put("issuer", issuer)
                .put("token_endpoint", issuer + "/token")
                .put("device_authorization_endpoint", issuer + "/device");
    }

    private static JsonObject tokens() {
        return new JsonObject()
                .put("access_token", "of-a-body")
                .put("token_type", "Bearer")
                .put("issued_token_type", "urn:ietf:params:oauth:token-type:access_token")
                .put("expires_in", 600)
                .put("device_code", "device")
                .put("user_code", "WDJB-MJHT")
                .put("verification_uri", "https://login.example.com/device")
                .put("interval", 1);
    }
}
