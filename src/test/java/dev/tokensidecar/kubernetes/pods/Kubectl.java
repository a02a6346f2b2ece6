package dev.tokensidecar.kubernetes.pods;

import dev.tokensidecar.kubernetes.controlplane.Site;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs kubectl as an administrator.
 *
 * @param namespace the namespace that it works in
 */
record Kubectl(Path kubeconfig, String namespace) {

    /** Returns the same for another namespace. */
    Kubectl in(String another) {
        return new Kubectl(kubeconfig, another);
    }

    /** Runs a command, fails unless it succeeds, and returns its output. */
    String run(String... arguments) {
        return Commands.run(command(arguments));
    }

    /** Returns the command, for a process that runs beside the test. */
    List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(Site.program("kubectl"), "--kubeconfig=" + kubeconfig, "--namespace=" + namespace));
        command.addAll(List.of(arguments));
        return command;
    }
}
