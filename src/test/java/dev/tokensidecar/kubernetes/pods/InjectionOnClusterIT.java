package dev.tokensidecar.kubernetes.pods;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The policies of {@code k8s/injection} in a cluster. The commands that apply them are those of {@code docs/kubernetes.md}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InjectionOnClusterIT {

    private static final Path PARAMETERS = Path.of("k8s", "injection", "namespace");
    private static final Path FLEET = Path.of("src", "test", "k8s", "injection");

    private static final String ORDERS = "app=orders";
    private static final String LABEL = "\"labels\":{\"token-sidecar.dev/inject\":\"true\"}";
    private static final String NO_LABEL = "\"labels\":{\"token-sidecar.dev/inject\":null}";
    private static final String NEXT_IMAGE = "registry.example.com/token-sidecar:next";

    private final List<Console.Command> commands =
            Console.of(Console.KUBERNETES, "A label").commands();
    private final Cluster cluster;

    /** Nothing is injected for a second after the policies have come. */
    InjectionOnClusterIT(@TempDir Path directory) throws Exception {
        cluster = new Cluster(directory);
        Kubectl kubectl = cluster.kubectl();
        Shell.inProject(cluster).expect(commands.get(0));
        Await.until(
                "the policies are in effect",
                Duration.ofSeconds(10),
                () -> Commands.attempt(kubectl.command(
                                "run",
                                "probe",
                                "--image=busybox",
                                "--labels=token-sidecar.dev/inject=true",
                                "--dry-run=server"))
                        .output()
                        .contains("got no sidecar"));
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @Test
    void aLabelAddsTheSidecar() throws Exception {
        try (Application application = new Application(cluster, "label", "orders")) {
            Shell shell = Shell.inProject(cluster);
            shell.expect(commands.get(1).with("-n shops", "-n label"));
            application.createSecret("token-sidecar");
            application.applyAsIs("orders");
            application.awaitReady(1);
            assertThat(application.ofPods(ORDERS, ".spec['initContainers','volumes'][*].name"))
                    .as("what a pod without the label got")
                    .containsExactly("");

            shell.expect(commands.get(2).with("kubectl", "kubectl -n label"));
            application.awaitRollout();
            application.awaitReady(1);
            application.awaitTokens();
            Outcome.assertSessionIsAlive(application);
        }
    }

    @Test
    void annotationsChangeTheSidecarOfOneApplication() throws Exception {
        try (Application application = new Application(cluster, "annotated", "orders")) {
            application.applyAsIs(PARAMETERS);
            application.createSecret("invoicing");
            var unused = application.kubectl(
                    "create",
                    "configmap",
                    "invoicing",
                    "--from-literal=SIDECAR_TOKENS_INVOICES_AUTHORIZATION_SERVER_ISSUER="
                            + application.server().issuer(),
                    "--from-literal=SIDECAR_TOKENS_INVOICES_CLIENT_ID=" + AuthorizationServer.CLIENT_ID,
                    "--from-literal=SIDECAR_TOKENS_INVOICES_CLIENT_SECRET_FILE=/secrets/client-secret",
                    "--from-literal=SIDECAR_TOKENS_INVOICES_GRANT_TYPE=client_credentials");
            application.applyAsIs("orders");
            application.patchPods(LABEL + """
                    ,"annotations":{
                      "token-sidecar.dev/client":"invoicing",
                      "token-sidecar.dev/token":"invoices",
                      "token-sidecar.dev/image":"%s",
                      "token-sidecar.dev/cpu-request":"20m",
                      "token-sidecar.dev/memory-limit":"160Mi"}
                    """.formatted(NEXT_IMAGE));
            application.awaitReady(1);
            application.awaitTokens();

            assertThat(application.ofPods(ORDERS, ".spec.containers[*].env[*].value"))
                    .containsExactly("http://localhost:8191/tokens/invoices");
            assertThat(application.ofPods(ORDERS, ".spec.initContainers[*].image"))
                    .containsExactly(NEXT_IMAGE);
            assertThat(application.ofPods(ORDERS, ".spec.initContainers[*].resources['requests.cpu','limits.memory']"))
                    .containsExactly("20m", "160Mi");
        }
    }

    @Test
    void anUpdateOfTheImageLosesNoCallAndALabelGoesAndComesBack() throws Exception {
        try (Application application = new Application(cluster, "shops", "orders")) {
            application.apply("written");
            application.applyAsIs(FLEET);
            application.applyAsIs("labelled");
            application.awaitReady(3);
            application.awaitTokens();

            application.applyAsIs("next");
            application.update();
            application.awaitReady(3);
            var unusedRestart = application.kubectl("rollout", "restart", "deployment/token-sidecar-example");
            var unusedStatus =
                    application.kubectl("rollout", "status", "deployment/token-sidecar-example", "--timeout=180s");
            application.awaitReady(3);
            assertThat(application.ofPods(ORDERS, ".spec.initContainers[*].image"))
                    .containsExactly(NEXT_IMAGE, NEXT_IMAGE);
            assertThat(application.ofPods("app!=orders", ".spec.initContainers[*].image"))
                    .as("the pod that brings its own sidecar")
                    .hasSize(1)
                    .doesNotContain(NEXT_IMAGE);
            Outcome.assertIsWell(application);
            Outcome.record("pods_injection", application, "injected=2 written=1 updates=1");

            application.patchPods(NO_LABEL);
            application.awaitReady(3);
            assertThat(application.ofPods(ORDERS, ".spec.initContainers[*].image"))
                    .containsExactly("");
            var unusedUndo = application.kubectl("rollout", "undo", "deployment/orders");
            application.awaitRollout();
            application.awaitReady(3);
            application.awaitTokens();
            Outcome.assertSessionIsAlive(application);
        }
    }

    @Test
    void anEventSaysWhyThereIsNoPod() throws Exception {
        try (Application application = new Application(cluster, "rejected", "orders")) {
            application.applyAsIs("labelled");
            application.awaitOutput(
                    "namespace rejected has no PodTemplate token-sidecar"
                            + " (kubectl apply -n rejected -k k8s/injection/namespace)",
                    "describe",
                    "replicaset");

            application.applyAsIs(PARAMETERS);
            application.applyAsIs("host-network");
            application.awaitOutput(
                    "with hostNetwork every process of the node could get the pod's tokens", "describe", "job");
            Await.until(
                    "the ReplicaSet has tried again",
                    Duration.ofMinutes(1),
                    () -> application.pods().all() == 2);
        }
    }
}
