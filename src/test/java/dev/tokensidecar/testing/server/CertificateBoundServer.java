package dev.tokensidecar.testing.server;

import dev.tokensidecar.testing.crypto.CertificateAuthority;
import dev.tokensidecar.testing.crypto.CertificateAuthority.Issued;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * A token endpoint at {@code /token} and an API below {@code /api}, both with mutual TLS. Access tokens are bound to the
 * certificate that the client has presented (RFC 8705 section 3).
 */
public final class CertificateBoundServer implements AutoCloseable {

    private static final String BEARER = "Bearer ";

    private final Vertx vertx = Vertx.vertx();
    private final Map<String, String> thumbprints = new ConcurrentHashMap<>();
    private final List<Integer> apiStatuses = new CopyOnWriteArrayList<>();
    private final AtomicInteger issued = new AtomicInteger();
    private final HttpServer server;

    /** @param http2 whether the server offers HTTP/2 */
    public CertificateBoundServer(Issued own, CertificateAuthority clients, boolean http2) throws Exception {
        server = vertx.createHttpServer(new HttpServerOptions()
                        .setSsl(true)
                        .setUseAlpn(http2)
                        .setKeyCertOptions(own.options())
                        .setTrustOptions(clients.trust())
                        .setClientAuth(ClientAuth.REQUIRED))
                .requestHandler(request -> request.body().onSuccess(body -> handle(request)))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    /** Returns the address of a path. */
    public URI uri(String path) {
        return URI.create("https://127.0.0.1:" + server.actualPort() + path);
    }

    /** Returns the statuses of the API's responses so far. */
    public List<Integer> apiStatuses() {
        return List.copyOf(apiStatuses);
    }

    /** Returns how many access tokens were issued. */
    public int issued() {
        return issued.get();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void handle(HttpServerRequest request) {
        String presented = thumbprint(request);
        if ("/token".equals(request.path())) {
            String token = "bound-" + issued.incrementAndGet();
            thumbprints.put(token, presented);
            JsonObject answer = new JsonObject()
                    .put("access_token", token)
                    .put("token_type", "Bearer")
                    .put("expires_in", 600);
            var unused = request.response()
                    .putHeader("Content-Type", "application/json")
                    .end(answer.encode());
            return;
        }
        String authorization = String.valueOf(request.getHeader("Authorization"));
        String token = authorization.startsWith(BEARER) ? authorization.substring(BEARER.length()) : "";
        HttpServerResponse response = request.response();
        if (!presented.equals(thumbprints.get(token))) {
            response.setStatusCode(401).putHeader("WWW-Authenticate", "Bearer error=\"invalid_token\"");
        }
        apiStatuses.add(response.getStatusCode());
        var unused = response.end(token);
    }

    /** Returns the {@code x5t#S256} of the client's certificate. */
    private static String thumbprint(HttpServerRequest request) {
        try {
            Certificate presented = request.connection().peerCertificates().getFirst();
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(presented.getEncoded()));
        } catch (SSLPeerUnverifiedException | GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
