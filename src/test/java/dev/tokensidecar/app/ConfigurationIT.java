package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tokensidecar.testing.crypto.PrivateKeys;
import dev.tokensidecar.testing.process.SidecarProcess;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With an invalid configuration the packaged application reports every violation, opens no port and exits. */
class ConfigurationIT {

    private static final Map<String, String> VALID = Map.of(
            "SIDECAR_TOKEN_AUTHORIZATION_SERVER_ISSUER", "http://127.0.0.1:9",
            "SIDECAR_TOKEN_CLIENT_ID", "app",
            "SIDECAR_TOKEN_CLIENT_SECRET_FILE", "/no/such/client-secret",
            "SIDECAR_TOKEN_STORE_REFRESH_TOKEN_FILE", "/no/such/refresh-token");

    @TempDir
    Path directory;

    @Test
    void allViolationsAreReportedTogetherWithTheirFullKeys() throws Exception {
        assertStartFails(
                Map.of(
                        "SIDECAR_TOKEN_AUTHORIZATION_SERVER_ISSUER", "ftp://login.example.com",
                        "SIDECAR_TOKEN_CLIENT_SECRET_FILE", "s3cret-itself",
                        "SIDECAR_TOKEN_REFRESH_AHEAD", "soon",
                        "SIDECAR_TOKEN_HTTP_MAX_WAIT", "31s",
                        "QUARKUS_HTTP_HOST", "0.0.0.0"),
                "the configuration has 7 violations:",
                "  - sidecar.token.authorization-server.issuer cannot be used: write an absolute https URL",
                "  - sidecar.token.client.secret-file is not a path and is not shown",
                "  - sidecar.token.refresh.ahead = 'soon' cannot be used: write a number with a unit",
                "  - sidecar.token.client.id is missing: ",
                "  - sidecar.token.store.refresh-token-file is missing: ",
                "  - sidecar.token.http.max-wait (31000 ms) must be less than"
                        + " sidecar.token.authorization-server.timeout (30000 ms)",
                "  - quarkus.http.host = '0.0.0.0' would hand tokens to the network");
    }

    @Test
    void anUnknownVariableStopsTheStart() throws Exception {
        assertStartFails(
                with("SIDECAR_TOKEN_STORE_FLIE", "/tmp/refresh-token"),
                "the configuration has 1 violation:",
                "  - environment variable SIDECAR_TOKEN_STORE_FLIE is not known: did you mean SIDECAR_TOKEN_STORE_FILE?");
    }

    @Test
    void aMissingTlsConfigurationStopsTheStart() throws Exception {
        assertStartFails(
                with("SIDECAR_TOKEN_AUTHORIZATION_SERVER_TLS_CONFIGURATION_NAME", "intrenal"),
                "sidecar.token.authorization-server.tls-configuration-name names a TLS configuration that does not exist");
    }

    @Test
    void mutualTlsNeedsAClientCertificate() throws Exception {
        Map<String, String> environment =
                new HashMap<>(with("SIDECAR_TOKEN_CLIENT_AUTHENTICATION_METHOD", "tls_client_auth"));
        environment.put("SIDECAR_TOKEN_AUTHORIZATION_SERVER_ISSUER", "https://127.0.0.1:9");
        environment.remove("SIDECAR_TOKEN_CLIENT_SECRET_FILE");

        assertStartFails(
                environment, "sidecar.token.client.authentication-method needs a client certificate: set quarkus.tls");
    }

    @ParameterizedTest
    @CsvSource({
        "Ed25519, holds a key that cannot be used for TLS as PEM: use another kind of key",
        "DSA, holds a private key that cannot be used: store the whole key",
    })
    void aClientKeyThatTlsCannotUseStopsTheStart(String algorithm, String problem) throws Exception {
        Path key = Files.writeString(directory.resolve("tls.key"), PrivateKeys.pem(PrivateKeys.of(algorithm)));
        Map<String, String> environment =
                new HashMap<>(with("SIDECAR_TOKEN_AUTHORIZATION_SERVER_TLS_CONFIGURATION_NAME", "internal"));
        environment.put("QUARKUS_TLS_INTERNAL_KEY_STORE_PEM_CLIENT_KEY", key.toString());
        environment.put("QUARKUS_TLS_INTERNAL_KEY_STORE_PEM_CLIENT_CERT", "/no/such/certificate");

        assertStartFails(
                environment,
                "quarkus.tls.internal.key-store.pem.client cannot be used: the client key file " + key + " " + problem);
    }

    @ParameterizedTest
    @CsvSource({"missing.pem, does not exist", "damaged.pem, 'holds no PEM certificate, or a damaged one'"})
    void aTrustStoreThatCannotBeReadStopsTheStart(String name, String problem) throws Exception {
        Files.writeString(
                directory.resolve("damaged.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        Path file = directory.resolve(name);
        Map<String, String> environment =
                new HashMap<>(with("SIDECAR_TOKEN_AUTHORIZATION_SERVER_TLS_CONFIGURATION_NAME", "internal"));
        environment.put("QUARKUS_TLS_INTERNAL_TRUST_STORE_PEM_CERTS", file.toString());

        assertStartFails(
                environment,
                "quarkus.tls.internal.trust-store.pem.certs cannot be used: the CA certificate file " + file + " "
                        + problem);
    }

    @Test
    void aMisspeltVariableOfQuarkusIsAWarning() throws Exception {
        try (SidecarProcess sidecar =
                SidecarProcess.start(with("QUARKUS_LOG_CONSOLE_JSON_ENABLE", "true"), directory.resolve("log"))) {
            sidecar.awaitLive();
            assertThat(sidecar.log())
                    .containsOnlyOnce("is probably misspelt")
                    .contains("key=QUARKUS_LOG_CONSOLE_JSON_ENABLE nearest=QUARKUS_LOG_CONSOLE_JSON_ENABLED");
        }
    }

    @Test
    void serviceVariablesOfKubernetesAreIgnored() throws Exception {
        Map<String, String> environment = new HashMap<>(with("SIDECAR_SERVICE_HOST", "10.0.0.1"));
        environment.put("SIDECAR_PORT", "tcp://10.0.0.1:8080");
        environment.put("SIDECAR_PORT_8080_TCP_ADDR", "10.0.0.1");

        try (SidecarProcess sidecar = SidecarProcess.start(environment, directory.resolve("log"))) {
            sidecar.awaitLive();
            assertThat(sidecar.stop()).isZero();
        }
    }

    private void assertStartFails(Map<String, String> environment, String... lines) throws Exception {
        try (SidecarProcess sidecar = SidecarProcess.start(environment, directory.resolve("log"))) {
            assertThatThrownBy(sidecar::awaitLive)
                    .as("the port stays closed until the process has ended")
                    .hasMessageContaining("the process ended with 1");
            assertThat(sidecar.awaitExit()).isEqualTo(1);
            assertClosed(sidecar.api("/"));
            assertClosed(sidecar.management("/"));
            assertThat(sidecar.log())
                    .contains(lines)
                    .doesNotContain("s3cret")
                    .doesNotContainIgnoringCase("listening on")
                    .doesNotContain("\tat ")
                    .doesNotContain("Exception");
        }
    }

    private static void assertClosed(URI address) {
        assertThatThrownBy(() -> connect(address)).isInstanceOf(ConnectException.class);
    }

    private static void connect(URI address) throws IOException {
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            assertThat(socket.isConnected()).isFalse();
        }
    }

    private static Map<String, String> with(String variable, String value) {
        Map<String, String> environment = new HashMap<>(VALID);
        environment.put(variable, value);
        return environment;
    }
}
