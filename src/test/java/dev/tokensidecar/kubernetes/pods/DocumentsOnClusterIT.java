package dev.tokensidecar.kubernetes.pods;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the documents say that a reader can type, typed. {@link ChartOnClusterIT} and {@link InjectionOnClusterIT} do the same
 * for their sections.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocumentsOnClusterIT {

    private static final String QUICKSTART = "token-sidecar-quickstart";
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final Cluster cluster;
    private final Path directory;

    DocumentsOnClusterIT(@TempDir Path directory) throws Exception {
        this.directory = directory;
        cluster = new Cluster(directory);
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @Test
    void theQuickStartNeedsNothing() {
        List<Console.Command> commands =
                Console.of(Console.KUBERNETES, "Try it on kind or minikube").commands();
        assertThat(commands.subList(0, 3))
                .as("what brings the images to the node")
                .allMatch(DocumentsOnClusterIT::bringsImages);
        int last = commands.size() - 1;

        commands.subList(3, last).forEach(this::expect);
        assertPodsCanBeLookedInto();
        expect(commands.get(last));
    }

    private static boolean bringsImages(Console.Command command) {
        return command.line().startsWith("docker ") || command.line().startsWith("kind ");
    }

    /** An overlay adds what the node lacks. */
    private void expect(Console.Command command) {
        Shell.inProject(cluster).expect(command.with("-k k8s/quickstart", "-k src/test/k8s/pods/quickstart"));
    }

    private void assertPodsCanBeLookedInto() {
        Console console = Console.of(Console.KUBERNETES, "Looking into a pod");
        String pod = anyPod();
        Shell shell = new Shell(cluster.kubectl().kubeconfig(), directory);
        int last = console.commands().size() - 1;
        console.commands().subList(0, last).forEach(shell::expect);

        String debug = console.commands()
                .get(last)
                .with("POD", "-n " + QUICKSTART + " " + pod)
                .line();
        List<String> answers = new ArrayList<>(console.inContainer());
        answers.add("exit");
        String output = shell.interact(debug, answers);

        assertThat(output)
                .contains("\"freshness\":\"fresh\"")
                .contains("\"status\": \"UP\"")
                .contains("token_sidecar_expires_in_seconds")
                .contains("total 0")
                .doesNotContain("Permission denied");
    }

    /** One that stays: those of before the update may still be there. */
    private String anyPod() {
        AtomicReference<String> pod = new AtomicReference<>();
        Await.until("the pods of before have gone", TIMEOUT, () -> {
            Pods pods = Pods.of(cluster.plane().admin(), QUICKSTART);
            pod.set(pods.ready().stream()
                    .filter(name -> name.startsWith("token-sidecar-example"))
                    .findFirst()
                    .orElse(""));
            return pods.all() == 4 && pods.ready().size() == 4;
        });
        return pod.get();
    }

    /** The operator's definitions have to be there first. */
    @Test
    void alertsAndDashboardAreApplied() {
        var unusedKinds = cluster.kubectl().run("apply", "-k", "src/test/k8s/pods/operator");
        var unusedNamespace = cluster.kubectl().run("create", "namespace", "monitoring");

        Console.of(Path.of("docs", "operations.md"), "With the Prometheus operator")
                .commands()
                .forEach(Shell.inProject(cluster)::expect);

        assertThat(cluster.kubectl()
                        .in("monitoring")
                        .run("get", "podmonitors,prometheusrules,configmaps", "-o", "name"))
                .contains("podmonitor", "prometheusrule", "configmap/token-sidecar-dashboard");
    }

    @Test
    void aKeyForTheSessionIsASecret() {
        Console.of(Console.KUBERNETES, "Encrypt the session").commands().forEach(Shell.inProject(cluster)::expect);

        assertThat(cluster.kubectl().run("get", "secret", "session-key", "-o", "jsonpath={.data.key}"))
                .hasSize(60);
    }
}
