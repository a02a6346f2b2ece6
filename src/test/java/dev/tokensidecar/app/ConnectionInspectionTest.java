package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tokensidecar.cli.CheckReport;
import dev.tokensidecar.cli.CheckedConnection;
import dev.tokensidecar.testing.crypto.CertificateAuthority;
import dev.tokensidecar.testing.crypto.CertificateAuthority.Issued;
import dev.tokensidecar.testing.process.ChildProcess;
import dev.tokensidecar.testing.quarkus.SidecarTest;
import dev.tokensidecar.testing.server.TlsTerminator;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a check says about servers, over real TLS. */
@QuarkusTest
@Timeout(60)
class ConnectionInspectionTest extends SidecarTest {

    private static final String TOKEN = "sidecar.token.";

    @TempDir
    static Path directory;

    private static CertificateAuthority authority;
    private static Issued right;
    private static Issued expired;

    private final GivenConfiguration given = new GivenConfiguration();
    private final Queue<String> requests = new ConcurrentLinkedQueue<>();
    private final Vertx vertx = Vertx.vertx();
    private TlsTerminator front;
    private volatile Duration ahead = Duration.ZERO;

    @BeforeAll
    static void issue() throws Exception {
        authority = CertificateAuthority.make(directory, "authority");
        right = authority.issue("right");
        expired = authority.issueExpired("expired");
    }

    @BeforeEach
    void open() throws Exception {
        HttpServer server = vertx.createHttpServer().requestHandler(this::respond);
        int port = server.listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get()
                .actualPort();
        front = new TlsTerminator(port, right);
        use(front.uri("/"));
        given.set(TOKEN + "client.id", "app");
        given.set(TOKEN + "client.secret-file", Files.writeString(directory.resolve("client-secret"), "s3cret"));
        given.set(TOKEN + "store.refresh-token-file", Files.writeString(directory.resolve("seed"), "s3cret"));
        given.set("quarkus.tls.trust-store.pem.certs", authority.pem());
    }

    @AfterEach
    void close() {
        front.close();
        var unused = vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void use(URI issuer) {
        given.set(TOKEN + "authorization-server.issuer", issuer);
    }

    private void respond(HttpServerRequest request) {
        requests.add(request.method() + " " + request.path() + " " + request.headers());
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                Instant.now().minus(ahead).atOffset(ZoneOffset.UTC));
        HttpServerResponse response = request.response().putHeader("Date", date);
        var unused = request.method().equals(HttpMethod.OPTIONS)
                ? response.setStatusCode(405).end()
                : response.end("{\"issuer\":\"%s\",\"token_endpoint\":\"%s\",\"jwks_uri\":\"%s\",\"keys\":[]}"
                        .formatted(front.uri("/"), front.uri("/token"), front.uri("/keys")));
    }

    private CheckReport check() {
        return given.check(true, true);
    }

    private String problem() {
        CheckReport report = check();
        assertThat(report.faults()).hasSize(1);
        assertThat(report.faults().getFirst()).startsWith("token default, discovery of the token endpoint: ");
        return Objects.requireNonNull(report.connections().getFirst().problem());
    }

    @Test
    void aServerThatWorksIsAskedWithoutAnyCredential() {
        given.set("sidecar.introspection.shop.issuer", front.uri("/"));
        given.set("sidecar.introspection.shop.audience", "orders");
        given.set("sidecar.forward.orders.target", front.uri("/orders"));

        CheckReport report = check();

        assertThat(report.faults()).isEmpty();
        assertThat(report.warnings()).isEmpty();
        assertThat(report.connections())
                .extracting(CheckedConnection::subject, CheckedConnection::purpose)
                .containsExactly(
                        tuple("token default", "discovery of the token endpoint"),
                        tuple("token default", "token endpoint"),
                        tuple("introspection shop", "key set"),
                        tuple("forward orders", "API"));
        assertThat(report.connections()).allSatisfy(connection -> {
            assertThat(connection.certificate()).isEqualTo("CN=right");
            assertThat(connection.expiresAt()).isAfter(Instant.now());
            assertThat(connection.clockAhead()).isBetween(Duration.ZERO, Duration.ofSeconds(20));
        });
        assertThat(requests)
                .hasSize(5)
                .allSatisfy(request -> assertThat(request)
                        .matches("(?s)(GET|OPTIONS) .*")
                        .doesNotContainIgnoringCase("authorization:", "s3cret", "cookie"));
    }

    @Test
    void anExpiredCertificateIsAFault() {
        front.show(expired);

        assertThat(problem())
                .startsWith("TLS with " + front.uri("").getAuthority() + " failed: ")
                .contains("NotAfter");
        assertThat(requests).isEmpty();
    }

    @Test
    void aCertificateForAnotherNameIsAFault() {
        use(URI.create("https://localhost:" + front.uri("").getPort()));

        assertThat(problem())
                .contains("TLS with localhost:", "No ", "localhost")
                .contains("found");
    }

    @Test
    void aCertificateOfAnUnknownAuthorityIsAFault() throws Exception {
        front.show(CertificateAuthority.make(directory, "other").issue("of-other"));

        assertThat(problem()).contains("TLS with", "quarkus.tls.<name>.trust-store.pem.certs");
    }

    @Test
    void aNameWithoutAddressesIsAFault() {
        use(URI.create("https://login.invalid"));

        assertThat(problem()).isEqualTo("no connection to login.invalid:443: the host name cannot be resolved");
    }

    @Test
    void aServerThatRefusesConnectionsIsAFault() {
        int nobody = ChildProcess.freePort();
        use(URI.create("https://127.0.0.1:" + nobody));

        assertThat(problem()).isEqualTo("no connection to 127.0.0.1:" + nobody + ": refused");
    }

    @Test
    void aClockThatIsOffIsOneWarning() {
        ahead = Duration.ofHours(1);

        CheckReport report = check();

        assertThat(report.faults()).isEmpty();
        assertThat(report.connections()).hasSize(2);
        assertThat(report.warnings())
                .singleElement()
                .asString()
                .matches("the clock of this host is 36\\d\\d s ahead of that of 127.0.0.1:.*");
    }

    @Test
    void anIssuerOfAnotherNameIsAFault() {
        use(front.uri("/other"));

        assertThat(problem()).contains("states the issuer");
    }

    @Test
    void aFaultInTheConfigurationKeepsTheServersUnasked() {
        given.set(TOKEN + "refresh.ahead", "soon");

        CheckReport report = check();

        assertThat(report.connections()).isEmpty();
        assertThat(report.warnings()).isEqualTo(List.of("no server was asked: correct the faults first"));
        assertThat(requests).isEmpty();
    }
}
