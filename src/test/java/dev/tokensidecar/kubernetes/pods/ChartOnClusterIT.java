package dev.tokensidecar.kubernetes.pods;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.cluster.Command;
import dev.tokensidecar.cluster.Helm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The chart in a cluster. The commands that install it are those of {@code docs/kubernetes.md}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChartOnClusterIT {

    private static final String CHART = "charts/token-sidecar";
    private static final String PARAMETERS = "injection.parameters=true,fleet.enabled=true";
    private static final String NEXT_IMAGE = "registry.example.com/token-sidecar:next";

    private final Cluster cluster;

    ChartOnClusterIT(@TempDir Path directory) throws Exception {
        cluster = new Cluster(directory);
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    private String helm(String namespace, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Command.tool("helm"), "--kubeconfig=" + cluster.kubectl().kubeconfig(), "--namespace=" + namespace));
        command.addAll(List.of(arguments));
        return Commands.run(command);
    }

    private static List<String> session(Application application) {
        return List.of(application
                .kubectl("get", "secret", "token-sidecar-session", "-o", "jsonpath={.metadata.uid} {.data.session}")
                .split(" ", -1));
    }

    @Test
    void aPlatformInstallsItOnceAndForEachNamespace() throws Exception {
        var unusedKinds = cluster.kubectl().run("apply", "-k", "src/test/k8s/pods/operator");
        var unusedMonitoring = cluster.kubectl().run("create", "namespace", "monitoring");
        List<Console.Command> commands = Console.of(Console.KUBERNETES, "Helm").commands();
        Shell shell = Shell.inProject(cluster);
        shell.expect(commands.get(0));
        try (Application application = new Application(cluster, "shops", "orders")) {
            application.createSecret("token-sidecar");
            var unusedAccount = application.kubectl("create", "serviceaccount", "token-sidecar");
            commands.subList(1, commands.size()).forEach(shell::expect);
            application.applyAsIs("labelled");
            application.awaitReady(2);
            application.awaitTokens();
            String uid = session(application).getFirst();

            var unusedUpgrade =
                    helm("shops", "upgrade", "token-sidecar", CHART, "--reuse-values", "--set", "image.tag=next");
            application.update();
            application.awaitReady(2);
            assertThat(application.ofPods("app=orders", ".spec.initContainers[*].image"))
                    .containsExactly(NEXT_IMAGE, NEXT_IMAGE);
            Outcome.assertIsWell(application);
            Outcome.record("pods_chart", application, "pods=2 upgrades=1");

            assertThat(helm("shops", "uninstall", "token-sidecar")).contains("[Secret] token-sidecar-session");
            var unusedAgain = helm("shops", "install", "token-sidecar", CHART, "--set", PARAMETERS);
            application.update();
            application.awaitReady(2);
            application.awaitTokens();
            assertThat(session(application)).startsWith(uid).doesNotContain("");
            Outcome.assertSessionIsAlive(application);
        }
    }

    @Test
    void anApplicationsChartBringsTheSidecar() throws Exception {
        String shop = new Helm().shop().toString();
        try (Application application = new Application(cluster, "chart", "shop")) {
            application.createSecret("token-sidecar");
            var unusedAccount = application.kubectl("create", "serviceaccount", "shop");
            var unusedInstall = helm("chart", "install", "shop", shop, "-f", "src/test/charts/pods.yaml");
            application.awaitReady(1);
            application.awaitTokens();
            List<String> before = application.pods().ready();

            var unusedUpgrade = helm(
                    "chart",
                    "upgrade",
                    "shop",
                    shop,
                    "--reuse-values",
                    "--set",
                    "token-sidecar.settings.SIDECAR_TOKEN_GRANT_SCOPE=read");
            application.awaitRollout();
            application.awaitReady(1);
            assertThat(application.pods().ready())
                    .as("new settings make new pods")
                    .doesNotContainAnyElementsOf(before);
            application.awaitTokens();
            assertThat(application.calls().failed())
                    .as("the kubelet rewrites /etc/hosts when the second container starts, while the first may read it")
                    .allMatch(call -> call.problem().contains("bad address 'localhost"));
            Outcome.assertSessionIsAlive(application);
        }
    }
}
