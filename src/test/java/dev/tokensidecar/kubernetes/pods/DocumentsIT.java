package dev.tokensidecar.kubernetes.pods;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.kubernetes.controlplane.Site;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/kubernetes.md} says that a reader can type, typed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocumentsIT {

    private static final Path PROJECT = Path.of("").toAbsolutePath();
    private static final Path DOCUMENT = Path.of("docs", "kubernetes.md");
    private static final String QUICKSTART = "token-sidecar-quickstart";
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final Cluster cluster;
    private final Path directory;

    DocumentsIT(@TempDir Path directory) throws Exception {
        this.directory = directory;
        cluster = new Cluster(directory);
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    private Commands.Result type(String line, Path workingDirectory, String input) {
        ProcessBuilder shell = new ProcessBuilder("bash", "-c", line).directory(workingDirectory.toFile());
        String programs = Path.of(Site.program("kubectl"))
                .toAbsolutePath()
                .resolveSibling("")
                .toString();
        shell.environment().merge("PATH", programs, (path, first) -> first + File.pathSeparator + path);
        shell.environment()
                .put(
                        "KUBECONFIG",
                        cluster.kubectl().kubeconfig().toAbsolutePath().toString());
        return Commands.attempt(shell, input);
    }

    /** The images are on the node already; the overlay differs in what the node lacks, and its own comment says in what. */
    private static String onThisNode(String line) {
        return line.replace("-k k8s/quickstart", "-k src/test/k8s/pods/quickstart");
    }

    @Test
    void theQuickStartNeedsNothing() {
        Console console = Console.of(DOCUMENT, "Try it on kind or minikube");
        assertThat(console.commands().stream().filter(DocumentsIT::buildsImages).count())
                .isEqualTo(3);
        List<Console.Command> commands = console.commands().stream()
                .filter(command -> !buildsImages(command))
                .toList();

        for (Console.Command command : commands) {
            if (command.line().startsWith("kubectl delete")) {
                assertPodsCanBeLookedInto();
            }
            assertPrints(command);
        }
    }

    private static boolean buildsImages(Console.Command command) {
        return command.line().startsWith("docker ") || command.line().startsWith("kind ");
    }

    /** What a command prints may take a moment to come true. */
    private void assertPrints(Console.Command command) {
        Await.until(command.line(), TIMEOUT, () -> {
            Commands.Result result = type(onThisNode(command.line()), PROJECT, "");
            assertThat(result.code()).as(result.output()).isZero();
            return command.printed().matcher(result.output()).find();
        });
    }

    private void assertPodsCanBeLookedInto() {
        Console console = Console.of(DOCUMENT, "Looking into a pod");
        String pod = cluster.kubectl()
                .in(QUICKSTART)
                .run(
                        "get",
                        "pods",
                        "-l",
                        "app.kubernetes.io/name=token-sidecar-example",
                        "-o",
                        "jsonpath={.items[0].metadata.name}");
        int last = console.commands().size() - 1;
        console.commands()
                .subList(0, last)
                .forEach(command ->
                        assertThat(type(command.line(), directory, "").code()).isZero());

        String debug = console.commands().get(last).line().replace("POD", "-n " + QUICKSTART + " " + pod);
        String output = type(debug, directory, String.join("\n", console.inContainer()) + "\nexit\n")
                .output();

        assertThat(output)
                .contains("\"state\":\"VALID\"")
                .contains("\"status\": \"UP\"")
                .contains("token_sidecar_expires_in_seconds")
                .contains("total 0")
                .doesNotContain("Permission denied");
    }
}
