package dev.tokensidecar.kubernetes.pods;

import dev.tokensidecar.kubernetes.controlplane.ServerProgram;
import dev.tokensidecar.kubernetes.controlplane.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The programs that run pods: containerd, with the plugins for its network, and the kubelet. */
final class Node implements AutoCloseable {

    static final String NAME = "node";

    private static final String SOCKET = "/run/containerd/containerd.sock";

    private final Machine machine;
    private final Path directory;
    private final ServerProgram containerd;
    private final ServerProgram kubelet;

    /**
     * Starts containerd, imports the images and starts the kubelet.
     *
     * @param directory contains containers, volumes and the logs of containers
     * @param images an archive of all images, because nothing can be pulled
     */
    Node(Machine machine, Site site, Path directory, Path kubeconfig, Path images, Path logs)
            throws IOException, InterruptedException {
        this.machine = machine;
        this.directory = Files.createDirectories(directory);
        writeNetwork();
        containerd = new ServerProgram(
                "containerd",
                inside("containerd", "--config", writeContainerdSettings().toString()),
                logs,
                this::serves);
        try {
            var unused = Commands.run(
                    inside("ctr", "--address", SOCKET, "--namespace", "k8s.io", "images", "import", images.toString()));
            List<String> command = site.command(
                    "kubelet",
                    "--config=" + writeKubeletSettings(),
                    "--kubeconfig=" + kubeconfig,
                    "--hostname-override=" + NAME,
                    "--node-ip=" + Machine.NODE,
                    "--root-dir=" + directory.resolve("kubelet"),
                    "--cert-dir=" + directory.resolve("certificates"));
            kubelet = new ServerProgram("kubelet", command, logs, () -> true);
        } catch (IllegalStateException | IOException | InterruptedException e) {
            containerd.close();
            throw e;
        }
    }

    private List<String> inside(String... command) {
        List<String> inside = new ArrayList<>(machine.entry());
        inside.addAll(List.of(command));
        return inside;
    }

    private boolean serves() {
        return Commands.attempt(inside("ctr", "--address", SOCKET, "version")).succeeded();
    }

    private void writeNetwork() throws IOException {
        Path plugins = Files.createDirectories(directory.resolve("network"));
        Files.writeString(plugins.resolve("bridge.conflist"), """
                {"cniVersion": "1.0.0", "name": "pods", "plugins": [
                  {"type": "bridge", "bridge": "%s", "isDefaultGateway": true, "hairpinMode": true,
                   "ipam": {"type": "host-local", "ranges": [[{"subnet": "%s", "rangeStart": "%s", "gateway": "%s"}]]}}]}
                """.formatted(
                        Machine.BRIDGE, Machine.SUBNET, Machine.FIRST_POD, Machine.NODE));
    }

    private Path writeContainerdSettings() throws IOException {
        return Files.writeString(directory.resolve("containerd.toml"), """
                version = 2
                root = "%s"
                state = "/run/containerd"
                [grpc]
                  address = "%s"
                [plugins."io.containerd.grpc.v1.cri"]
                  sandbox_image = "registry.k8s.io/pause:3.10"
                  # where even root may not lower the score below its own
                  restrict_oom_score_adj = true
                  [plugins."io.containerd.grpc.v1.cri".cni]
                    bin_dir = "/usr/lib/cni"
                    conf_dir = "%s"
                  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
                    runtime_type = "io.containerd.runc.v2"
                    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
                      SystemdCgroup = false
                """.formatted(
                        directory.resolve("containerd"), SOCKET, directory.resolve("network")));
    }

    private Path writeKubeletSettings() throws IOException {
        Path names = Files.writeString(directory.resolve("resolv.conf"), "nameserver " + Machine.NODE + "\n");
        return Files.writeString(
                directory.resolve("kubelet.yaml"), """
                apiVersion: kubelet.config.k8s.io/v1beta1
                kind: KubeletConfiguration
                cgroupDriver: cgroupfs
                cgroupRoot: /%s
                failCgroupV1: false
                failSwapOn: false
                containerRuntimeEndpoint: unix://%s
                # nobody but the pods and the test can reach it
                authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
                authorization: {mode: AlwaysAllow}
                # a full disk of the machine that runs the tests is not what they are about
                evictionHard: {memory.available: 50Mi, nodefs.available: 0%%, imagefs.available: 0%%}
                imageGCHighThresholdPercent: 100
                imageGCLowThresholdPercent: 99
                podLogsDir: %s
                resolvConf: %s
                """.formatted(Machine.CONTROL_GROUP, SOCKET, logs(), names));
    }

    /** Returns the directory of the logs of all containers. */
    Path logs() {
        return directory.resolve("logs");
    }

    @Override
    public void close() {
        kubelet.close();
        containerd.close();
    }
}
