package dev.tokensidecar.kubernetes;

import dev.tokensidecar.testing.crypto.CertificateAuthority;
import io.vertx.mutiny.core.Vertx;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests with a store and an API server of its own on loopback, over TLS. */
@Timeout(60)
abstract class OnCluster {

    @TempDir
    static Path certificates;

    static Vertx vertx;
    static CertificateAuthority authority;
    static CertificateAuthority.Issued certificate;

    @TempDir
    Path directory;

    FakeApiServer server;
    Cluster cluster;

    @BeforeAll
    static void start() throws Exception {
        vertx = Vertx.vertx();
        authority = CertificateAuthority.make(certificates, "cluster-ca");
        certificate = authority.issue("apiserver");
    }

    @AfterAll
    static void stop() {
        vertx.closeAndAwait();
    }

    @BeforeEach
    void startServer() throws Exception {
        server = FakeApiServer.start(vertx.getDelegate(), certificate);
        cluster = new Cluster(vertx, server, authority, directory);
    }

    @AfterEach
    void stopServer() {
        cluster.close();
    }
}
