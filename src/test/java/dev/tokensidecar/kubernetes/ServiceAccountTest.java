package dev.tokensidecar.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreProblem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceAccountTest {

    @TempDir
    Path directory;

    private ServiceAccount at(String host, String port) {
        return new ServiceAccount(directory, Map.of("KUBERNETES_SERVICE_HOST", host, "KUBERNETES_SERVICE_PORT", port));
    }

    private static StoreFailure failure(Supplier<?> use) {
        return catchThrowableOfType(StoreFailure.class, use::get);
    }

    @ParameterizedTest
    @CsvSource({"10.96.0.1, 10.96.0.1", "fd00::1, [fd00::1]", "[fd00::1], [fd00::1]", "api.example.com, api.example.com"
    })
    void theAddressIsThatOfTheEnvironment(String host, String expected) {
        assertThat(at(host, "6443").host()).isEqualTo(expected);
        assertThat(at(host, "6443").port()).isEqualTo(6443);
    }

    @Test
    void outsideOfAPodTheFailureSaysWhatToDo() {
        ServiceAccount account = new ServiceAccount(directory, Map.of());

        assertThat(failure(account::host).problem()).isEqualTo(StoreProblem.UNREACHABLE);
        assertThat(failure(account::host))
                .hasMessage("KUBERNETES_SERVICE_HOST is not set: run the sidecar in a pod, or use store.file instead of"
                        + " store.kubernetes.secret");
        assertThat(failure(account::port)).hasMessageStartingWith("KUBERNETES_SERVICE_PORT is not set");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp://10.96.0.1:443", "0", "65536", "-1"})
    void aStrangePortFails(String port) {
        assertThat(failure(at("10.96.0.1", port)::port))
                .hasMessage("KUBERNETES_SERVICE_PORT is not a port: remove it from the pod's environment");
    }

    @Test
    void filesAreReadAgainEachTime() throws Exception {
        ServiceAccount account = at("10.96.0.1", "443");
        Files.writeString(directory.resolve("token"), "first\n");
        Files.writeString(directory.resolve("namespace"), "shop");
        Files.writeString(directory.resolve("ca.crt"), "pem");

        assertThat(account.token().reveal()).isEqualTo("first");
        assertThat(account.namespace()).isEqualTo("shop");
        assertThat(account.authorities()).asString().isEqualTo("pem");

        Files.writeString(directory.resolve("token"), "second");
        assertThat(account.token().reveal()).isEqualTo("second");
    }

    @Test
    void aMissingOrEmptyFileFailsAndSaysWhatToDo() throws Exception {
        ServiceAccount account = at("10.96.0.1", "443");

        StoreFailure missing = failure(account::token);
        assertThat(missing.problem()).isEqualTo(StoreProblem.FORBIDDEN);
        assertThat(missing)
                .hasMessage("the service account file %s cannot be read: mount it into the sidecar as the"
                                .formatted(directory.resolve("token"))
                        + " component k8s/fleet does, so that the user of the sidecar can read it");

        Files.writeString(directory.resolve("token"), "\n");
        assertThat(failure(account::token)).hasMessageContaining("token is empty: ");
        Files.writeString(directory.resolve("ca.crt"), "x".repeat(1024 * 1024 + 1));
        assertThat(failure(account::authorities)).hasMessageContaining("ca.crt is larger than 1 MiB: ");
    }
}
