package dev.tokensidecar.e2e;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.tokensidecar.testing.crypto.CertificateAuthority;
import dev.tokensidecar.testing.crypto.CertificateAuthority.Issued;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Client authentication by certificate (RFC 8705). */
@TestInstance(Lifecycle.PER_CLASS)
class OidcProviderTlsIT {

    private final Vertx vertx = Vertx.vertx();
    private final CertificateAuthority authority;
    private final Issued trusted;
    private final Issued registered;
    private final OidcProviderServer server;

    OidcProviderTlsIT(@TempDir Path directory) throws Exception {
        authority = CertificateAuthority.make(directory, "authority");
        trusted = authority.issue("sidecar");
        registered = authority.selfSigned("registered");
        server = OidcProviderServer.start(authority, "CN=sidecar", registered);
    }

    @AfterAll
    void close() throws Exception {
        server.close();
        var unused = vertx.close().toCompletionStage().toCompletableFuture().get(10, SECONDS);
    }

    @ParameterizedTest
    @CsvSource({
        "tls_client_auth, false, true",
        "tls_client_auth, true, false",
        "self_signed_tls_client_auth, true, true",
        "self_signed_tls_client_auth, false, false",
    })
    void theCertificateAuthenticatesTheClient(
            String client, boolean useRegistered, boolean accepted, @TempDir Path directory, TestInfo test)
            throws Exception {
        try (ServerTestBed testBed =
                new ServerTestBed(server.uri(), OidcProviderClient.TOKEN_ENDPOINT, directory, test)) {
            testBed.usePublicClient(client);
            testBed.set("SIDECAR_TOKEN_CLIENT_AUTHENTICATION_METHOD", client);
            testBed.useRefreshToken(newSession(client));
            useCertificate(testBed, useRegistered ? registered : trusted);

            if (accepted) {
                var unused = Expectations.renewals(testBed);
            } else {
                Expectations.misconfiguration(testBed, "invalid_client");
            }
        }
    }

    /** Connects directly: the proxy of the test bed speaks no TLS. */
    private void useCertificate(ServerTestBed testBed, Issued certificate) {
        String tls = "QUARKUS_TLS_INTERNAL_";
        testBed.set(
                "SIDECAR_TOKEN_AUTHORIZATION_SERVER_TOKEN_ENDPOINT",
                server.uri().resolve(OidcProviderClient.TOKEN_ENDPOINT).toString());
        testBed.set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_TLS_CONFIGURATION_NAME", "internal");
        testBed.set(tls + "TRUST_STORE_PEM_CERTS", authority.pem().toString());
        testBed.set(tls + "KEY_STORE_PEM_CLIENT_CERT", certificate.certificate().toString());
        testBed.set(tls + "KEY_STORE_PEM_CLIENT_KEY", certificate.key().toString());
    }

    private String newSession(String client) throws Exception {
        WebClientOptions options = new WebClientOptions().setSsl(true).setTrustOptions(authority.trust());
        String session = WebClient.create(vertx, options)
                .postAbs(
                        server.uri().resolve(OidcProviderClient.session(client)).toString())
                .send()
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, SECONDS)
                .bodyAsString();
        return new JsonObject(session).getString("refresh_token");
    }
}
