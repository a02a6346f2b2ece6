package dev.tokensidecar.kubernetes.pods;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.cluster.Command;
import dev.tokensidecar.kubernetes.controlplane.Site;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Types what a document says into a shell, with the kubectl and the helm of the tests.
 *
 * @param kubeconfig the cluster of kubectl and helm
 * @param workingDirectory where the shell is
 */
record Shell(Path kubeconfig, Path workingDirectory) {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    /** In the directory of the project, as somebody who has cloned it. */
    static Shell inProject(Cluster cluster) {
        return new Shell(cluster.kubectl().kubeconfig(), Path.of(""));
    }

    /** Types a command. It may fail. */
    Commands.Result type(String line) {
        return run(List.of("bash", "-c", line), "");
    }

    /** Types a command into a terminal, and then what it asks for. */
    String interact(String line, List<String> answers) {
        return run(List.of("script", "--quiet", "--command", line, "/dev/null"), String.join("\n", answers) + "\n")
                .output();
    }

    private Commands.Result run(List<String> command, String input) {
        ProcessBuilder shell = new ProcessBuilder(command)
                .directory(workingDirectory.toAbsolutePath().toFile());
        Map<String, String> environment = shell.environment();
        String programs = directoryOf(Site.program("kubectl")) + File.pathSeparator + directoryOf(Command.tool("helm"));
        environment.merge("PATH", programs, (path, first) -> first + File.pathSeparator + path);
        environment.put("KUBECONFIG", kubeconfig.toAbsolutePath().toString());
        return Commands.attempt(shell, input);
    }

    private static Path directoryOf(String program) {
        return Path.of(program).toAbsolutePath().resolveSibling("");
    }

    /** Types a command, which has to succeed, until it prints what the document shows. That may take a moment to come true. */
    void expect(Console.Command command) {
        Await.until(command.line(), TIMEOUT, () -> {
            Commands.Result result = type(command.line());
            assertThat(result.code()).as(result.output()).isZero();
            return command.printed().matcher(result.output()).find();
        });
    }
}
