package dev.tokensidecar.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.crypto.CertificateAuthority;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.server.PermissiveServer;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretVolumeSource;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The packaged application gets a token with the environment and files that Kubernetes provides in each example. Those of
 * a fleet need an API server.
 */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
class ExampleSettingsIT {

    private static final Path LOGS = Path.of("target", "example-settings-it");

    private final CertificateAuthority authority;
    private final PermissiveServer server;

    ExampleSettingsIT(@TempDir Path directory) throws Exception {
        authority = CertificateAuthority.make(directory, "authority");
        server = new PermissiveServer(authority.issue("server"), new JsonObject());
    }

    @AfterAll
    void close() {
        server.close();
    }

    static List<Overlay> examples() {
        return Overlay.singlePods();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void theSidecarOfTheExampleGetsAToken(Overlay example, @TempDir Path root) throws Exception {
        Overlay complete = example.withCredentials();
        fillIn(complete.all(Secret.class).getFirst());
        Workload workload = example.workloads().getFirst();
        Map<String, String> environment = environment(complete, workload, root);

        Path log = LOGS.resolve(workload.kind() + ".log");
        try (SidecarProcess sidecar = SidecarProcess.start(environment, log)) {
            sidecar.awaitStarted();

            assertThat(sidecar.status().getLong("generation")).isEqualTo(1);
            assertThat(sidecar.log()).doesNotContain("violation", " ERROR ", "cannot be read", "unreadable");
        }
    }

    /**
     * Fills in the Secret as the operator does. Only the Deployment starts with a refresh token, but all examples share the
     * file.
     */
    private void fillIn(Secret secret) {
        secret.getStringData().put("issuer", "https://" + server.authority() + "/realms/shop");
        secret.getStringData().put("client-id", "shop");
        secret.getStringData().put("client-secret", "of the client");
        secret.getStringData().put("refresh-token", "of a login");
    }

    private Map<String, String> environment(Overlay example, Workload workload, Path root) throws IOException {
        Settings settings = new Settings(example);
        for (VolumeMount mount : workload.sidecar().getVolumeMounts()) {
            project(Files.createDirectory(below(root, mount.getMountPath())), volume(workload, mount), settings);
        }
        Map<String, String> environment = new HashMap<>(settings.of(workload.sidecar()));
        environment.replaceAll(
                (name, value) -> value.startsWith("/") ? below(root, value).toString() : value);
        environment.put("QUARKUS_TLS_TRUST_STORE_PEM_CERTS", authority.pem().toString());
        return environment;
    }

    private static Path below(Path root, String path) {
        return root.resolve(path.substring(1));
    }

    private static Volume volume(Workload workload, VolumeMount mount) {
        return workload.pod().getVolumes().stream()
                .filter(volume -> volume.getName().equals(mount.getName()))
                .findFirst()
                .orElseThrow();
    }

    private static void project(Path directory, Volume volume, Settings settings) throws IOException {
        SecretVolumeSource source = volume.getSecret();
        if (source == null) {
            return;
        }
        Map<String, String> content = settings.secret(source.getSecretName());
        for (KeyToPath item : source.getItems()) {
            Files.writeString(directory.resolve(item.getPath()), content.getOrDefault(item.getKey(), ""));
        }
    }
}
