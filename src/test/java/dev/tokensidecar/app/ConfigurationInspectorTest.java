package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tokensidecar.cli.CheckReport;
import dev.tokensidecar.cli.CheckedFile;
import dev.tokensidecar.cli.CheckedSetting;
import dev.tokensidecar.testing.crypto.CertificateAuthority;
import dev.tokensidecar.testing.crypto.CertificateAuthority.Issued;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a check says about keys and files. */
class ConfigurationInspectorTest {

    private static final String TOKEN = "sidecar.token.";

    @TempDir
    Path directory;

    private final GivenConfiguration given = new GivenConfiguration();

    @BeforeEach
    void complete() throws IOException {
        given.set(TOKEN + "authorization-server.issuer", "https://login.example.com");
        given.set(TOKEN + "client.id", "app");
        given.set(TOKEN + "client.secret-file", file("client-secret", "s3cret-of-the-client"));
        given.set(TOKEN + "store.refresh-token-file", file("seed", "s3cret-of-the-user"));
    }

    private Path file(String name, String content) throws IOException {
        Path file = Files.writeString(directory.resolve(name), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r-----"));
    }

    private CheckReport check() {
        return given.check(true, false);
    }

    private static CheckedSetting setting(CheckReport report, String key) {
        return report.settings().stream()
                .filter(setting -> setting.key().equals(key))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aCompleteConfigurationIsGood() {
        CheckReport report = check();

        assertThat(report.faults()).isEmpty();
        assertThat(report.warnings()).isEmpty();
        assertThat(report.files())
                .extracting(CheckedFile::key, CheckedFile::mode, CheckedFile::bytes, CheckedFile::problem)
                .containsExactly(
                        tuple(TOKEN + "client.secret-file", "0440", 20L, null),
                        tuple(TOKEN + "store.refresh-token-file", "0440", 18L, null));
    }

    /** By the rules, and in the words, of the start. */
    @Test
    void whatStopsASocketIsAFault() throws IOException {
        given.set("sidecar.sockets.a.path", file("a.sock", "content"));
        given.set("sidecar.sockets.a.tokens", "*");
        given.set("sidecar.sockets.b.path", directory.resolve("b.sock"));
        given.set("sidecar.sockets.b.tokens", "*");
        given.set("sidecar.sockets.b.owner", "nobody-of-this-name:0");

        assertThat(check().faults())
                .containsExactlyInAnyOrder(
                        "sidecar.sockets.a.path: the path exists and is not a socket: remove it, or choose another path",
                        "sidecar.sockets.b.path: nobody here is called nobody-of-this-name: write its number");
    }

    @Test
    void eachValueNamesItsOrigin() {
        given.variable("SIDECAR_TOKEN_REFRESH_AHEAD", "30s");
        given.set(TOKEN + "provider", "keycloak");

        CheckReport report = check();

        assertThat(setting(report, TOKEN + "client.id"))
                .isEqualTo(new CheckedSetting(TOKEN + "client.id", "app", "file", "/config/application.properties"));
        assertThat(setting(report, TOKEN + "refresh.ahead"))
                .isEqualTo(new CheckedSetting(
                        TOKEN + "refresh.ahead", "30s", "environment", "SIDECAR_TOKEN_REFRESH_AHEAD"));
        assertThat(setting(report, TOKEN + "refresh.min-interval"))
                .isEqualTo(new CheckedSetting(TOKEN + "refresh.min-interval", "5s", "default", null));
        assertThat(setting(report, "quarkus.http.port").value()).isEqualTo("8191");
    }

    @Test
    void allFaultsAreNamedAtOnce() {
        given.set(TOKEN + "refresh.ahead", "soon");
        given.set(TOKEN + "clint.id", "app");
        given.variable("SIDECAR_TOKEN_STORE_FLIE", "/x");
        given.variable("QUARKUS_LOG_LEVLE", "DEBUG");
        given.set(TOKEN + "client.secret-file", directory.resolve("none"));

        CheckReport report = check();

        assertThat(report.faults())
                .hasSize(4)
                .anySatisfy(fault -> assertThat(fault).startsWith(TOKEN + "refresh.ahead = 'soon' cannot be used"))
                .contains(
                        TOKEN + "clint.id is not known: did you mean sidecar.token.client.id?",
                        "environment variable SIDECAR_TOKEN_STORE_FLIE is not known: did you mean"
                                + " SIDECAR_TOKEN_STORE_FILE?",
                        TOKEN + "client.secret-file: the client secret file " + directory.resolve("none")
                                + " does not exist: mount the client secret there, or correct the path");
        assertThat(report.warnings())
                .singleElement()
                .asString()
                .contains("key=QUARKUS_LOG_LEVLE nearest=QUARKUS_LOG_LEVEL");
        assertThat(setting(report, TOKEN + "refresh.ahead").value()).isEqualTo("***");
    }

    @Test
    void filesCanBeLeftOut() {
        given.set(TOKEN + "client.secret-file", directory.resolve("none"));

        CheckReport report = given.check(false, false);

        assertThat(report.files()).isEmpty();
        assertThat(report.faults()).isEmpty();
    }

    @Test
    void whatTheStartWouldWarnAboutIsAWarning() {
        given.set(TOKEN + "authorization-server.issuer", "http://login.example.com");
        given.set("quarkus.tls.lax.trust-all", "true");
        given.set("sidecar.forward.orders.target", "https://orders.example.com");
        given.set("sidecar.forward.orders.tls-configuration-name", "lax");

        assertThat(check().warnings())
                .hasSize(2)
                .anySatisfy(line -> assertThat(line).startsWith("credentials are sent without TLS token=default"))
                .anySatisfy(line -> assertThat(line).startsWith("TLS accepts any certificate"));
    }

    @Test
    void aTlsConfigurationThatDoesNotExistIsAFault() {
        given.set(TOKEN + "authorization-server.tls-configuration-name", "internal");

        assertThat(check().faults())
                .singleElement()
                .asString()
                .startsWith(
                        TOKEN + "authorization-server.tls-configuration-name names a TLS configuration that does not");
    }

    @Test
    void certificatesHaveTheirExpiry() throws Exception {
        CertificateAuthority authority = CertificateAuthority.make(directory, "authority");
        Issued expired = authority.issueExpired("client");
        given.set("quarkus.tls.internal.trust-store.pem.certs", authority.pem());
        given.set("quarkus.tls.internal.key-store.pem.client.cert", expired.certificate());
        given.set("quarkus.tls.internal.key-store.pem.client.key", expired.key());

        CheckReport report = check();

        assertThat(report.faults()).isEmpty();
        assertThat(report.files())
                .filteredOn(file -> file.key().equals("quarkus.tls.internal.trust-store.pem.certs"))
                .singleElement()
                .satisfies(file -> assertThat(file.expiresAt()).isAfter(Instant.now()));
        assertThat(report.warnings())
                .singleElement()
                .asString()
                .startsWith("quarkus.tls.internal.key-store.pem.client.cert: the certificate in "
                        + expired.certificate() + " expired at ");
    }

    @Test
    void unusableContentIsAFaultThatQuotesNothing() throws Exception {
        given.set(TOKEN + "client.authentication-method", "private_key_jwt");
        given.set(TOKEN + "client.secret-file", "");
        given.set(TOKEN + "client.key-file", file("key", "s3cret but no key"));
        given.set(TOKEN + "store.encryption-key-file", file("encryption", "s3cret but too short"));
        given.set(TOKEN + "store.file", directory.resolve("none").resolve("store"));

        assertThat(check().faults())
                .hasSize(3)
                .anySatisfy(fault -> assertThat(fault).startsWith(TOKEN + "client.key-file: the client key file "))
                .anySatisfy(fault -> assertThat(fault).contains("must hold 32 random bytes in Base64"))
                .anySatisfy(fault -> assertThat(fault).startsWith(TOKEN + "store.file: the directory of "))
                .allSatisfy(fault -> assertThat(fault).doesNotContain("s3cret"));
    }

    @Test
    void aMissingRefreshTokenIsAWarning() {
        given.set(TOKEN + "store.refresh-token-file", directory.resolve("later"));

        assertThat(check().faults()).isEmpty();
        assertThat(check().warnings())
                .singleElement()
                .asString()
                .startsWith(TOKEN + "store.refresh-token-file: there is no refresh token in ");
    }

    @Test
    void noSecretIsShown() {
        String jwt = "eyJhbGciOiJub25lIn0.eyJzM2NyZXQiOjF9.s3cret";
        given.set(TOKEN + "authorization-server.extra-headers", "X-Api-Key=s3cret");
        given.set(TOKEN + "grant.extra-parameters", "tenant=s3cret");
        given.set(TOKEN + "grant.scope", jwt);
        given.set(TOKEN + "authorization-server.issuer", "https://user:s3cret@login.example.com");
        given.set(TOKEN + "authorization-server.token-endpoint", "https://login.example.com/token?key=s3cret");
        given.set(TOKEN + "store.file", "s3cret=");
        given.set("sidecar.guard.required-header", "X-Key: s3cret");
        given.set("quarkus.otel.exporter.otlp.endpoint", "https://user:s3cret@collector.example.com");
        given.set("quarkus.otel.exporter.otlp.headers", "authorization=s3cret");
        given.variable("HTTPS_PROXY", "http://user:s3cret@proxy.example.com:3128");
        given.variable("SIDECAR_TOKEN_CLIENT_SECRET", "s3cret");

        CheckReport report = check();

        assertThat(report.toString()).doesNotContain("s3cret", jwt);
        assertThat(List.of(
                        setting(report, TOKEN + "authorization-server.extra-headers")
                                .value(),
                        setting(report, TOKEN + "authorization-server.token-endpoint")
                                .value(),
                        setting(report, TOKEN + "authorization-server.issuer").value(),
                        setting(report, "sidecar.guard.required-header").value(),
                        setting(report, "quarkus.otel.exporter.otlp.endpoint").value(),
                        setting(report, "HTTPS_PROXY").value()))
                .containsExactly(
                        "X-Api-Key=***",
                        "https://login.example.com/token?***",
                        "***",
                        "X-Key: ***",
                        "https://***@collector.example.com",
                        "***@proxy.example.com:3128");
    }
}
