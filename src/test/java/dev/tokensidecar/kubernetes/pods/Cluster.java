package dev.tokensidecar.kubernetes.pods;

import dev.tokensidecar.kubernetes.controlplane.ControlPlane;
import dev.tokensidecar.kubernetes.controlplane.ServerProgram;
import dev.tokensidecar.kubernetes.controlplane.Site;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A whole Kubernetes with one node, on a machine of its own, and the images of the project. */
final class Cluster implements AutoCloseable {

    static final Path LOGS = Path.of("target", "pods");

    private static final Path IMAGES = Path.of("target", "images", "pods.tar");
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

    private final Deque<Runnable> ends = new ArrayDeque<>();
    private final ControlPlane plane;
    private final Kubectl kubectl;
    private final Node node;

    /**
     * Starts everything; returns once the node is ready.
     *
     * @param directory contains the data
     */
    Cluster(Path directory) throws Exception {
        try {
            Machine machine = new Machine(LOGS);
            ends.push(machine::close);
            Site site = Site.machine(machine.entry(), Machine.NODE);
            plane = new ControlPlane(directory.resolve("plane"), LOGS, site);
            ends.push(plane::close);
            Path kubeconfig = plane.writeKubeconfig(directory.resolve("kubeconfig"));
            kubectl = new Kubectl(kubeconfig, "default");
            startControllers(site, kubeconfig);
            node = new Node(machine, site, directory.resolve("node"), kubeconfig, IMAGES.toAbsolutePath(), LOGS);
            ends.push(node::close);
            Await.until("the node is ready", START_TIMEOUT, this::nodeIsReady);
        } catch (Exception | AssertionError e) {
            close();
            throw e;
        }
    }

    private void startControllers(Site site, Path kubeconfig) throws InterruptedException {
        start(
                "kube-controller-manager",
                site.command(
                        "kube-controller-manager",
                        "--kubeconfig=" + kubeconfig,
                        "--leader-elect=false",
                        "--root-ca-file=" + plane.authority(),
                        "--service-account-private-key-file=" + plane.signingKey()));
        start("kube-scheduler", site.command("kube-scheduler", "--kubeconfig=" + kubeconfig, "--leader-elect=false"));
    }

    /** Starts a program that shows by its work that it is ready. */
    private void start(String name, List<String> command) throws InterruptedException {
        ServerProgram program = new ServerProgram(name, command, LOGS, () -> true);
        ends.push(program::close);
    }

    private boolean nodeIsReady() throws IOException, InterruptedException {
        return Pods.items(plane.admin(), "/api/v1/nodes").stream().anyMatch(Pods::isReady);
    }

    ControlPlane plane() {
        return plane;
    }

    Kubectl kubectl() {
        return kubectl;
    }

    /** Returns the directory of the logs of all containers. */
    Path containerLogs() {
        return node.logs();
    }

    /** Ends what was started last first, and the machine at the end. */
    @Override
    public void close() {
        try {
            if (!ends.isEmpty()) {
                ends.pop().run();
            }
        } finally {
            if (!ends.isEmpty()) {
                close();
            }
        }
    }
}
