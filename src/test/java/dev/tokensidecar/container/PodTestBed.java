package dev.tokensidecar.container;

import dev.tokensidecar.cluster.Overlay;
import dev.tokensidecar.cluster.Settings;
import dev.tokensidecar.cluster.Workload;
import dev.tokensidecar.demo.DemoMain;
import dev.tokensidecar.testing.process.ChildProcess;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Secret;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The Deployment of {@code k8s/examples} as a pod, with a demo authorization server in the same network. */
final class PodTestBed implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SERVER = "http://127.0.0.1:8190";
    private static final String SIDECAR = "http://127.0.0.1:8191";

    private final Overlay overlay = Overlay.example("deployment");
    private final Workload workload = overlay.workload("Deployment");
    private final Settings settings = new Settings(overlay);
    private final Path directory;
    private final Pod pod;
    private final ChildProcess server;

    /**
     * Makes the pod, starts the server in it, and edits the Secret as an operator does.
     *
     * @param life of access tokens, {@code 60s} for instance
     */
    PodTestBed(String name, Path directory, String life) throws Exception {
        this.directory = directory;
        this.pod = new Pod(name, workload, directory.resolve("volumes"));
        this.server = ChildProcess.start(
                Podman.entering(
                        pod.networkPid(),
                        java(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        DemoMain.class.getName(),
                        "--access-token-life=" + life,
                        "--directory=" + directory),
                Map.of(),
                Path.of("target", name + "-server.log"));
        server.await("the authorization server", () -> server.log().contains("refresh-token-file="), PATIENCE);
        edit(overlay.all(Secret.class).getFirst().getStringData());
    }

    private void edit(Map<String, String> secret) throws IOException {
        secret.put("issuer", SERVER);
        secret.put("client-id", "demo-client");
        secret.put("client-secret", Files.readString(directory.resolve("client-secret")));
        secret.put("refresh-token", Files.readString(directory.resolve("refresh-token")));
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    Pod pod() {
        return pod;
    }

    Container sidecar() {
        return workload.sidecar();
    }

    Container application() {
        return workload.applications().getFirst();
    }

    /** Starts the sidecar with more variables than the manifest has. */
    void startSidecar(Map<String, String> more) {
        pod.start(sidecar(), settings, more);
    }

    void startApplication() {
        pod.start(application(), settings, Map.of());
    }

    /** Waits until the startup probe succeeds, and with it the kubelet. */
    void awaitStarted() throws InterruptedException {
        await("the startup probe", () -> started() == 200);
    }

    int started() {
        return pod.status(sidecar(), sidecar().getStartupProbe().getHttpGet());
    }

    int ready() {
        return pod.status(sidecar(), sidecar().getReadinessProbe().getHttpGet());
    }

    int live() {
        return pod.status(sidecar(), sidecar().getLivenessProbe().getHttpGet());
    }

    /** The exit code of the probe command in the container. */
    int probe(String check) {
        return pod.execute(sidecar(), "java", "-jar", "/app/quarkus-run.jar", "probe", check)
                .code();
    }

    /** Waits until that is so. */
    void await(String what, ChildProcess.Condition condition) throws InterruptedException {
        server.await(what, condition, PATIENCE);
    }

    /** What {@code /status} of the sidecar tells of its token. */
    JsonObject status() {
        return new JsonObject(inPod("curl", "-s", SIDECAR + "/status"))
                .getJsonArray("tokens")
                .getJsonObject(0);
    }

    /** Token requests that have reached the server. */
    int tokenRequests() {
        return new JsonObject(inPod("curl", "-s", SERVER + "/admin/stats")).getInteger("token_requests");
    }

    /** Has the server do something. */
    void admin(String command, String body) {
        var unused = inPod("curl", "-s", "-f", "-X", "POST", SERVER + "/admin/" + command, "-d", body);
    }

    /** Lets the server work as usual again. */
    void mend() {
        var unused = inPod("curl", "-s", "-f", "-X", "DELETE", SERVER + "/admin/faults");
    }

    /** Sends a crowd of callers and tells what it prints. */
    String crowd(int callers, int rounds) {
        return inPod(
                java(),
                "-cp",
                System.getProperty("java.class.path"),
                HerdProgram.class.getName(),
                SIDECAR,
                Integer.toString(callers),
                Integer.toString(rounds));
    }

    private String inPod(String... command) {
        Podman.Result result = Podman.inNetworkOf(pod.networkPid(), command);
        if (result.code() != 0) {
            throw new IllegalStateException(List.of(command) + ": " + result.said());
        }
        return result.said();
    }

    @Override
    public void close() {
        server.close();
        pod.close();
    }
}
