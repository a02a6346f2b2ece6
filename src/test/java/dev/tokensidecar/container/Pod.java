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
 * A pod of real containers as a manifest describes it: one network, whose only interface is loopback, and each container
 * with its command, environment, volumes, memory limit and security context. It is the container's half of the contract;
 * what the kubelet does is done by the test.
 */
final class Pod implements AutoCloseable {

    private final String name;
    private final Volumes volumes;
    private final long infrastructure;

    /** Makes the pod, without a container as yet. */
    Pod(String name, Workload workload, Path directory) {
        this.name = name;
        this.volumes = new Volumes(directory, workload.pod());
        var unused = Podman.attempt(List.of("pod", "rm", "--force", name));
        Podman.run("pod", "create", "--name", name, "--network", "none");
        Podman.run("pod", "start", name);
        String infra = Podman.ask("pod", "inspect", "--format", "{{.InfraContainerID}}", name);
        this.infrastructure = pid(infra);
    }

    /** A process that lives as long as the pod and has its network. */
    long networkPid() {
        return infrastructure;
    }

    /** Starts a container with the environment that its manifest gives it, and more. */
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
            throw new IllegalStateException(container.getName() + " does not start: " + result.said());
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

    /** The status with which the container answers a probe of its manifest. */
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
        return Integer.parseInt(result.said());
    }

    /** Runs a command in a container. */
    Podman.Result execute(Container container, String... command) {
        List<String> line = new ArrayList<>(List.of("exec", nameOf(container)));
        line.addAll(List.of(command));
        return Podman.attempt(line);
    }

    /** Asks a container to end, as the kubelet does, and tells its exit code. */
    int stop(Container container) {
        Podman.run("stop", "--time", "30", nameOf(container));
        return Integer.parseInt(inspect(container, "{{.State.ExitCode}}"));
    }

    /** The main process of a container, seen from outside. */
    long pid(Container container) {
        return pid(nameOf(container));
    }

    private static long pid(String container) {
        return Long.parseLong(Podman.ask("inspect", "--format", "{{.State.Pid}}", container));
    }

    String inspect(Container container, String format) {
        return Podman.ask("inspect", "--format", format, nameOf(container));
    }

    /** What a container has written. */
    String log(Container container) {
        return Podman.ask("logs", nameOf(container));
    }

    private String nameOf(Container container) {
        return name + "-" + container.getName();
    }

    @Override
    public void close() {
        Podman.run("pod", "rm", "--force", "--time", "5", name);
    }
}
