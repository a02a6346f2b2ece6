package dev.tokensidecar.kubernetes.pods;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * An overlay of {@code src/test/k8s/pods} in a namespace of its own, with an authorization server of its own, where one user
 * has logged in once.
 */
final class Application implements AutoCloseable {

    /** Short enough for refreshes within each update. A third of it is left when a refresh is due, also on a busy machine. */
    static final Duration ACCESS_TOKEN_LIFETIME = Duration.ofSeconds(24);

    private static final Path OVERLAYS = Path.of("src", "test", "k8s", "pods");
    private static final Path SECRET = Path.of("k8s", "examples", "credentials", "secret.yaml");
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    private final Cluster cluster;
    private final String namespace;
    private final String deployment;
    private final AuthorizationServer server = new AuthorizationServer(ACCESS_TOKEN_LIFETIME);
    private final ContainerLogs logs;

    /** Creates the namespace, for the Deployment of the examples. */
    Application(Cluster cluster, String namespace) {
        this(cluster, namespace, "token-sidecar-example");
    }

    /** Creates the namespace. */
    Application(Cluster cluster, String namespace, String deployment) {
        this.cluster = cluster;
        this.namespace = namespace;
        this.deployment = "deployment/" + deployment;
        this.logs = new ContainerLogs(cluster.containerLogs(), namespace);
        var unused = kubectl("create", "namespace", namespace);
    }

    /** Applies an overlay, and the credentials. */
    void apply(String overlay) throws IOException {
        apply(OVERLAYS.resolve(overlay));
    }

    /** Applies the Secret of the examples, filled in, and a kustomization. */
    void apply(Path kustomization) throws IOException {
        String secret = Files.readString(SECRET);
        for (Map.Entry<String, String> value : credentials().entrySet()) {
            secret = replace(secret, value.getKey(), value.getValue());
        }
        Path file = Files.createDirectories(Cluster.LOGS).resolve(namespace + ".yaml");
        var unused = kubectl("apply", "-f", Files.writeString(file, secret).toString());
        applyAsIs(kustomization);
    }

    /** Returns what somebody writes into the Secret. */
    private Map<String, String> credentials() {
        return Map.of(
                "issuer: https://login.example.com/realms/REPLACE-ME",
                "issuer: " + server.issuer(),
                "client-id: REPLACE-ME",
                "client-id: " + AuthorizationServer.CLIENT_ID,
                "client-secret: REPLACE-ME",
                "client-secret: " + AuthorizationServer.CLIENT_SECRET,
                "refresh-token: \"\"",
                "refresh-token: " + server.newRefreshToken());
    }

    private static String replace(String secret, String from, String to) {
        if (!secret.contains(from)) {
            throw new IllegalStateException("the Secret does not contain " + from);
        }
        return secret.replace(from, to);
    }

    /** Applies a kustomization as it is. */
    void applyAsIs(Path kustomization) {
        var unused = kubectl("apply", "-k", kustomization.toString());
    }

    /** Applies an overlay that contains no credentials. */
    void applyAsIs(String overlay) {
        applyAsIs(OVERLAYS.resolve(overlay));
    }

    /** Creates the Secret with the credentials, after a login. */
    void createSecret(String name) {
        var unused = kubectl(
                "create",
                "secret",
                "generic",
                name,
                "--from-literal=issuer=" + server.issuer(),
                "--from-literal=client-id=" + AuthorizationServer.CLIENT_ID,
                "--from-literal=client-secret=" + AuthorizationServer.CLIENT_SECRET,
                "--from-literal=refresh-token=" + server.newRefreshToken());
    }

    /** Changes labels or annotations of the template of the pods: a list of JSON members. Returns once all pods are new. */
    void patchPods(String metadata) {
        var unused = kubectl("patch", deployment, "-p", "{\"spec\":{\"template\":{\"metadata\":{" + metadata + "}}}}");
        awaitRollout();
    }

    /** Returns fields of the pods with a label, those that are set: what follows {@code .items[*]} in a JSONPath. */
    List<String> ofPods(String selector, String path) {
        return List.of(kubectl("get", "pods", "-l", selector, "-o", "jsonpath={.items[*]" + path + "}")
                .split(" ", -1));
    }

    /** Waits until a command of kubectl says this. */
    void awaitOutput(String text, String... command) {
        Await.until(text, TIMEOUT, () -> kubectl(command).contains(text));
    }

    /** Runs kubectl in the namespace. */
    String kubectl(String... arguments) {
        return cluster.kubectl().in(namespace).run(arguments);
    }

    AuthorizationServer server() {
        return server;
    }

    Calls calls() {
        return new Calls(logs.read());
    }

    Pods pods() throws IOException, InterruptedException {
        return Pods.of(cluster.plane().admin(), namespace);
    }

    /** Begins to replace all pods, as after a change of the image. */
    void beginUpdate() {
        var unused = kubectl("rollout", "restart", deployment);
    }

    /** Replaces all pods. Returns once all of them are new and ready. */
    void update() {
        beginUpdate();
        awaitRollout();
    }

    /** Waits until all pods are new and ready. */
    void awaitRollout() {
        var unused = kubectl("rollout", "status", deployment, "--timeout=" + TIMEOUT.toSeconds() + "s");
    }

    void scale(int replicas) throws IOException, InterruptedException {
        var unused = kubectl("scale", deployment, "--replicas=" + replicas);
        awaitReady(replicas);
    }

    /** Waits until there are this many pods, all of them ready. */
    void awaitReady(int number) {
        Await.until(number + " pods are ready in " + namespace, TIMEOUT, () -> {
            Pods pods = pods();
            return pods.ready().size() == number && pods.all() == number;
        });
    }

    /** Waits until the application in each ready pod has got a token once more. */
    void awaitTokens() throws IOException, InterruptedException {
        Instant now = Instant.now();
        List<String> ready = pods().ready();
        Await.until("a token in each of " + ready, TIMEOUT, () -> {
            Calls calls = calls();
            return ready.stream().allMatch(pod -> calls.succeededSince(pod, now));
        });
    }

    /** Waits until the authorization server has granted tokens once more, which shows that the session is alive. */
    void awaitRefresh() {
        Instant now = Instant.now();
        Await.until("a refresh", TIMEOUT, () -> server.grantedSince(now));
    }

    /** Lets all pods end, so that the next test has the node for itself. */
    @Override
    public void close() throws IOException {
        var unused = kubectl("delete", "deployments,statefulsets,cronjobs,jobs", "--all", "--wait=false");
        logs.close();
        server.close();
    }
}
