package dev.tokensidecar.e2e;

import dev.tokensidecar.testing.crypto.CertificateAuthority;
import dev.tokensidecar.testing.crypto.CertificateAuthority.Issued;
import dev.tokensidecar.testing.crypto.SigningKey;
import dev.tokensidecar.testing.process.ChildProcess;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The server of {@code src/test/js/oidc-provider}: access tokens have a lifetime of 10 s, a refresh token can be used once,
 * and each client has the name of its authentication method. The state ends with the process.
 */
final class OidcProviderServer implements AutoCloseable {

    private static final Duration START = Duration.ofMinutes(1);

    private final URI uri;
    private final SigningKey clientKey = SigningKey.make("client");
    private final ChildProcess process;

    private OidcProviderServer(String scheme, JsonObject settings, Path log) {
        int port = ChildProcess.freePort();
        uri = URI.create(scheme + "://127.0.0.1:" + port);
        settings.put("port", port).put("clientJwks", new JsonObject(clientKey.publicKeys()));
        Path script = Path.of(System.getProperty("oidc-provider.home"), "server.mjs");
        process = ChildProcess.start(List.of("node", script.toString(), settings.encode()), Map.of(), log);
        try {
            process.await("a line that it is ready", () -> process.log().contains("ready: " + uri), START);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Starts the server in the directory of the system property {@code oidc-provider.home}. */
    static OidcProviderServer start() {
        return new OidcProviderServer("http", new JsonObject(), Path.of("target/oidc-provider.log"));
    }

    /**
     * Starts a server with TLS that authenticates clients by certificate (RFC 8705).
     *
     * @param authority issues the certificates of the server and of the client {@code tls_client_auth}
     * @param subject the subject of that client
     * @param registered the certificate of the client {@code self_signed_tls_client_auth}
     */
    static OidcProviderServer start(CertificateAuthority authority, String subject, Issued registered)
            throws Exception {
        Issued own = authority.issue("oidc-provider");
        JsonObject tls = new JsonObject()
                .put("key", own.key().toString())
                .put("certificate", own.certificate().toString())
                .put("clientAuthority", authority.pem().toString())
                .put("subject", subject)
                .put("registeredCertificate", registered.certificate().toString());
        return new OidcProviderServer(
                "https", new JsonObject().put("tls", tls), Path.of("target/oidc-provider-tls.log"));
    }

    /** Returns its address, which is its issuer identifier too. */
    URI uri() {
        return uri;
    }

    /** Returns the key of the client {@code private_key_jwt}. */
    SigningKey clientKey() {
        return clientKey;
    }

    @Override
    public void close() {
        process.close();
    }

    /** One server for the whole run. */
    static final class Shared extends SharedServer<OidcProviderServer> {

        Shared() {
            super(OidcProviderServer.class, OidcProviderServer::start);
        }
    }
}
