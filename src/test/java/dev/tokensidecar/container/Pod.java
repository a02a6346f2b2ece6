package dev.tokensidecar.container;

import dev.tokensidecar.cluster.Settings;
import dev.tokensidecar.cluster.Workload;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecurityContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A pod of real containers, from a manifest: one network with loopback only, and each container with its command,
 * environment, volumes, memory limit and security context. The test plays the part of the kubelet.
 */
final class Pod implements AutoCloseable {

    private final String name;
    private final Volumes volumes;
    private final long infrastructure;

    /** Creates the pod without containers. */
    Pod(String name, Workload workload, Path directory) {
        this.name = name;
        this.volumes = new Volumes(directory, workload.pod());
        var unused = Podman.attempt(List.of("pod", "rm", "--force", name));
        Podman.run("pod", "create", "--name", name, "--network", "none");
        Podman.run("pod", "start", name);
        String infra = Podman.query("pod", "inspect", "--format", "{{.InfraContainerID}}", name);
        this.infrastructure = pid(infra);
    }

    /** Returns the id of a process that runs as long as the pod, in its network. */
    long networkPid() {
        return infrastructure;
    }

    /** Starts a container with the environment of its manifest and further variables. */
    void start(Container container, Settings settings, Map<String, String> more) {
        List<String> command = new ArrayList<>(List.of("run", "--detach", "--pull=never", "--pod", name));
        command.addAll(List.of("--name", nameOf(container), "--no-healthcheck"));
        settings.of(container).forEach((key, value) -> command.addAll(List.of("--env", key + "=" + value)));
        more.forEach((key, value) -> command.addAll(List.of("--env", key + "=" + value)));
        command.addAll(volumes.mounts(container, settings));
        command.addAll(restrictions(container));
        if (!container.getCommand().isEmpty()) {
            command.addAll(List.of("--entrypoint", container.getCommand().getFirst()));
        }
        command.add(container.getImage());
        container.getCommand().stream().skip(1).forEach(command::add);
        command.addAll(container.getArgs());
        Podman.Result result = Podman.attempt(command);
        if (result.code() != 0) {
            throw new IllegalStateException(container.getName() + " does not start: " + result.output());
        }
    }

    private static List<String> restrictions(Container container) {
        SecurityContext security = container.getSecurityContext();
        String memory = Quantity.getAmountInBytes(
                        container.getResources().getLimits().get("memory"))
                .toBigInteger()
                .toString();
        List<String> restrictions = new ArrayList<>();
        restrictions.add("--user=" + security.getRunAsUser() + ":" + security.getRunAsGroup());
        restrictions.add("--read-only=" + security.getReadOnlyRootFilesystem());
        restrictions.add("--read-only-tmpfs=false");
        restrictions.add("--memory=" + memory);
        restrictions.add("--memory-swap=" + memory);
        security.getCapabilities().getDrop().forEach(capability -> restrictions.add("--cap-drop=" + capability));
        if (!security.getAllowPrivilegeEscalation()) {
            restrictions.add("--security-opt=no-new-privileges");
        }
        return restrictions;
    }

    /** Returns the HTTP status of a probe of the manifest. */
    int status(Container container, HTTPGetAction probe) {
        int port = container.getPorts().stream()
                .filter(it -> it.getName().equals(probe.getPort().getStrVal()))
                .findFirst()
                .orElseThrow()
                .getContainerPort();
        Podman.Result result = Podman.inNetworkOf(
                infrastructure,
                "curl",
                "-s",
                "-o",
                "/dev/null",
                "-w",
                "%{http_code}",
                "http://127.0.0.1:" + port + probe.getPath());
        return Integer.parseInt(result.output());
    }

    /** Runs a command in a container. */
    Podman.Result execute(Container container, String... command) {
        List<String> line = new ArrayList<>(List.of("exec", nameOf(container)));
        line.addAll(List.of(command));
        return Podman.attempt(line);
    }

    /** Stops a container, as the kubelet does, and returns its exit code. */
    int stop(Container container) {
        Podman.run("stop", "--time", "30", nameOf(container));
        return Integer.parseInt(inspect(container, "{{.State.ExitCode}}"));
    }

    /** Returns the id of the main process of a container, outside its namespace. */
    long pid(Container container) {
        return pid(nameOf(container));
    }

    private static long pid(String container) {
        return Long.parseLong(Podman.query("inspect", "--format", "{{.State.Pid}}", container));
    }

    String inspect(Container container, String format) {
        return Podman.query("inspect", "--format", format, nameOf(container));
    }

    /** Returns the output of a container. */
    String log(Container container) {
        return Podman.query("logs", nameOf(container));
    }

    private String nameOf(Container container) {
        return name + "-" + container.getName();
    }

    @Override
    public void close() {
        Podman.run("pod", "rm", "--force", "--time", "5", name);
    }
}
