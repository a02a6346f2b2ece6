package dev.tokensidecar.bench;

import dev.tokensidecar.kubernetes.ServiceAccount;
import dev.tokensidecar.kubernetes.controlplane.ControlPlane;
import dev.tokensidecar.kubernetes.controlplane.KubernetesApi;
import dev.tokensidecar.kubernetes.controlplane.PodFiles;
import io.vertx.mutiny.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** A real API server with the objects of {@code k8s/fleet}. It stores as it does by default, not as tests want it to. */
final class FleetCluster implements AutoCloseable {

    private static final String NAMESPACE = "fleet";
    private static final String SECRET = "token-sidecar-session";
    private static final String SERVICE_ACCOUNT = "token-sidecar";
    private static final Path COMPONENT = Path.of("k8s", "fleet");

    private final Vertx vertx = Vertx.vertx();
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    private final ControlPlane plane;
    private final ServiceAccount account;
    private int pods;

    private FleetCluster(ControlPlane plane, Path directory) throws IOException, InterruptedException {
        this.plane = plane;
        createObjects(plane.admin());
        Path files = directory.resolve("pod");
        var unused = new PodFiles(files, plane, NAMESPACE, SERVICE_ACCOUNT);
        account = new ServiceAccount(files, PodFiles.environment(plane.port()));
    }

    /**
     * Starts the servers.
     *
     * @param directory is created for their data and logs
     */
    static FleetCluster start(Path directory) throws IOException, InterruptedException {
        ControlPlane plane = plane(directory);
        try {
            return new FleetCluster(plane, directory);
        } catch (IOException | InterruptedException | RuntimeException e) {
            plane.close();
            throw e;
        }
    }

    private static ControlPlane plane(Path directory) throws IOException, InterruptedException {
        try {
            return new ControlPlane(directory.resolve("plane"), directory, List.of());
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("the API server has no certificate", e);
        }
    }

    private static void createObjects(KubernetesApi admin) throws IOException, InterruptedException {
        admin.createNamespace(NAMESPACE);
        admin.createServiceAccount(NAMESPACE, SERVICE_ACCOUNT);
        admin.create("/api/v1/namespaces/" + NAMESPACE + "/secrets", manifest("secret.yaml"));
        String roles = "/apis/rbac.authorization.k8s.io/v1/namespaces/" + NAMESPACE;
        admin.create(roles + "/roles", manifest("role.yaml"));
        // kustomize would add the namespace to the subject, which ends the file
        admin.create(roles + "/rolebindings", manifest("role-binding.yaml") + "    namespace: " + NAMESPACE + "\n");
    }

    private static String manifest(String name) throws IOException {
        return Files.readString(COMPONENT.resolve(name));
    }

    /** Makes the store of one more pod. */
    PodStore pod(Runnable watchOpened) {
        return new PodStore(vertx, account, timers, SECRET, "pod-" + pods++, watchOpened);
    }

    /** Returns the size of the Secret in etcd. */
    int storedBytes() throws IOException, InterruptedException {
        return plane.storedBytes(NAMESPACE, SECRET);
    }

    /** Reads the CPU time that both servers have used. */
    ServerTime serverTime() throws IOException {
        return new ServerTime(
                Activity.of(plane.apiServer().pid()).cpuMillis(),
                Activity.of(plane.etcd().pid()).cpuMillis(),
                System.nanoTime());
    }

    @Override
    public void close() {
        timers.shutdownNow();
        vertx.closeAndAwait();
        plane.close();
    }
}
