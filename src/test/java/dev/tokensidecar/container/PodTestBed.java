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

/** The Deployment of {@code k8s/examples} as a pod, with a demo authorization server in its network. */
final class PodTestBed implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String SERVER = "http://127.0.0.1:8190";
    private static final String SIDECAR = "http://127.0.0.1:8191";

    private final Overlay overlay = Overlay.example("deployment").withCredentials();
    private final Workload workload = overlay.workload("Deployment");
    private final Settings settings = new Settings(overlay);
    private final Path directory;
    private final Pod pod;
    private final ChildProcess server;

    /**
     * Creates the pod, starts the server in it, and fills in the Secret as an operator does.
     *
     * @param lifetime the lifetime of access tokens, {@code 60s} for instance
     */
    PodTestBed(String name, Path directory, String lifetime) throws Exception {
        this.directory = directory;
        this.pod = new Pod(name, workload, directory.resolve("volumes"));
        this.server = ChildProcess.start(
                Podman.entering(
                        pod.networkPid(),
                        java(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        DemoMain.class.getName(),
                        "--access-token-lifetime=" + lifetime,
                        "--directory=" + directory),
                Map.of(),
                Path.of("target", name + "-server.log"));
        server.await("the authorization server", () -> server.log().contains("refresh-token-file="), TIMEOUT);
        fillIn(overlay.all(Secret.class).getFirst().getStringData());
    }

    private void fillIn(Map<String, String> secret) throws IOException {
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

    /** Starts the sidecar with variables in addition to the manifest. */
    void startSidecar(Map<String, String> more) {
        pod.start(sidecar(), settings, more);
    }

    void startApplication() {
        pod.start(application(), settings, Map.of());
    }

    /** Waits until the startup probe succeeds. */
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

    /** Returns the exit code of the probe command in the container. */
    int probe(String check) {
        return pod.execute(sidecar(), "java", "-jar", "/app/quarkus-run.jar", "probe", check)
                .code();
    }

    /** Waits until the condition holds. */
    void await(String what, ChildProcess.Condition condition) throws InterruptedException {
        server.await(what, condition, TIMEOUT);
    }

    /** Returns the token of {@code /status}. */
    JsonObject status() {
        return new JsonObject(inPod("curl", "-s", SIDECAR + "/status"))
                .getJsonArray("tokens")
                .getJsonObject(0);
    }

    /** Returns the number of token requests at the server. */
    int tokenRequests() {
        return new JsonObject(inPod("curl", "-s", SERVER + "/admin/stats")).getInteger("token_requests");
    }

    /** Sends a command to the server. */
    void admin(String command, String body) {
        var unused = inPod("curl", "-s", "-f", "-X", "POST", SERVER + "/admin/" + command, "-d", body);
    }

    /** Removes all faults of the server. */
    void clearFaults() {
        var unused = inPod("curl", "-s", "-f", "-X", "DELETE", SERVER + "/admin/faults");
    }

    /** Runs {@link HerdProgram} and returns its output. */
    String runHerd(int callers, int rounds) {
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
            throw new IllegalStateException(List.of(command) + ": " + result.output());
        }
        return result.output();
    }

    @Override
    public void close() {
        server.close();
        pod.close();
    }
}
