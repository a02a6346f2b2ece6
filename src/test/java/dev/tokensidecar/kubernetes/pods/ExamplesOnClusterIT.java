package dev.tokensidecar.kubernetes.pods;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The examples whose pods do not share a session, where the Pod Security profile {@code restricted} is enforced. {@link
 * PodsIT} runs the others.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExamplesOnClusterIT {

    private static final Path EXAMPLES = Path.of("k8s", "examples");
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final String NAME = "token-sidecar-example";

    private final Cluster cluster;

    /** The cluster has no provisioner of volumes. */
    ExamplesOnClusterIT(@TempDir Path directory) throws Exception {
        cluster = new Cluster(directory);
        for (int number = 1; number <= 3; number++) {
            Path volume = Files.createDirectories(directory.resolve("volume-" + number));
            Path file = Files.writeString(directory.resolve("volume-" + number + ".yaml"), """
                    apiVersion: v1
                    kind: PersistentVolume
                    metadata:
                      name: volume-%d
                    spec:
                      accessModes: [%s]
                      capacity: {storage: 16Mi}
                      local: {path: %s}
                      nodeAffinity:
                        required:
                          nodeSelectorTerms:
                            - matchExpressions:
                                - {key: kubernetes.io/hostname, operator: In, values: [%s]}
                    """.formatted(
                            number, number == 1 ? "ReadWriteOncePod" : "ReadWriteOnce", volume, Node.NAME));
            var unused = cluster.kubectl().run("apply", "-f", file.toString());
        }
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    private Application application(String namespace) {
        Application application = new Application(cluster, namespace);
        var unused =
                application.kubectl("label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted");
        return application;
    }

    private static void awaitCalls(Application application, int number) {
        Await.until(number + " calls", TIMEOUT, () -> application.calls().succeeded() >= number);
        assertThat(application.calls().failed()).isEmpty();
    }

    private static void complete(Application application) {
        var unused = application.kubectl(
                "wait", "job/" + NAME, "--for=condition=complete", "--timeout=" + TIMEOUT.toSeconds() + "s");
        assertThat(application.calls().succeeded()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"k8s/examples/deployment, 1", "src/test/k8s/pods/statefulset, 2"})
    void anApplicationGetsTokens(Path example, int pods) throws IOException {
        try (Application application = application(example.getFileName().toString())) {
            application.apply(example);
            application.awaitReady(pods);
            awaitCalls(application, pods);
        }
    }

    @Test
    void anOrdinaryContainerIsThereBeforeTheApplication() throws IOException {
        try (Application application = new Application(cluster, "classic", "orders")) {
            application.createSecret("token-sidecar");
            application.applyAsIs("classic");
            application.awaitReady(1);
            awaitCalls(application, 10);
        }
    }

    @Test
    void aJobCompletes() throws IOException {
        try (Application application = application("job")) {
            application.apply(EXAMPLES.resolve("job"));
            complete(application);
        }
    }

    @Test
    void aRunOfACronJobCompletes() throws IOException {
        try (Application application = application("cronjob")) {
            application.apply(EXAMPLES.resolve("cronjob"));
            var unused = application.kubectl("create", "job", NAME, "--from=cronjob/" + NAME);
            complete(application);
        }
    }
}
