package dev.tokensidecar.kubernetes.pods;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.process.ChildProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The manifests of {@code k8s/examples} in real pods: one session for all of them, at an authorization server that forgives
 * nothing. {@code -Dcron.minutes=N} sets how many runs of the CronJob it waits for, {@code -Dpods.replicas=N} how many replicas
 * share the session where it is compared. Logs are in {@code target/pods}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PodsIT {

    private static final int CRON_MINUTES = Integer.getInteger("cron.minutes", 1);
    private static final int COMPARED = Integer.getInteger("pods.replicas", 4);
    private static final String LOADED = "tests.token-sidecar.dev/load=true";
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    private final Cluster cluster;
    private final CronRuns runs;

    /** The runs come minute by minute, while the other tests use the node. */
    PodsIT(@TempDir Path directory) throws Exception {
        cluster = new Cluster(directory);
        try {
            runs = new CronRuns(cluster);
        } catch (IOException | IllegalStateException e) {
            cluster.close();
            throw e;
        }
    }

    @AfterAll
    void stop() throws IOException {
        try (cluster) {
            runs.close();
        }
    }

    @Test
    @Order(1)
    void aRollingUpdateLosesNoCall() throws Exception {
        try (Application application = new Application(cluster, "update")) {
            application.apply("fleet");
            application.awaitReady(3);
            application.awaitTokens();

            int before = application.server().posts();
            int updates = 0;
            while (application.server().posts() < before + 2) {
                application.update();
                updates++;
            }
            int during = application.server().posts() - before;

            application.awaitReady(3);
            Outcome.assertIsWell(application);
            Outcome.record(
                    "pods_update", application, "pods=3 updates=%d posts_meanwhile=%d".formatted(updates, during));
        }
    }

    @Test
    @Order(2)
    void podsThatAreKilledDrainedAndScaledShareTheSession() throws Exception {
        try (Application application = new Application(cluster, "disruptions")) {
            application.apply("fleet");
            application.awaitReady(3);
            application.awaitTokens();

            killOnePod(application);
            application.awaitTokens();
            drain(application);
            application.awaitTokens();
            for (int replicas : List.of(1, 10, 1)) {
                application.scale(replicas);
                application.awaitTokens();
            }
            Outcome.assertIsWell(application);
            Outcome.record("pods_disruptions", application, "kill=1 drain=1 scale=1,10,1");
        }
    }

    /** Not in the middle of a refresh: a pod that is killed there takes the only copy of a refresh token with it. */
    private static void killOnePod(Application application) throws IOException, InterruptedException {
        application.awaitRefresh();
        String pod = application.pods().ready().getFirst();
        var unused = application.kubectl("delete", "pod", pod, "--force", "--grace-period=0");
        application.awaitReady(3);
        assertThat(application.pods().ready()).doesNotContain(pod);
    }

    /** There is only one node. So the drain goes on when the pod that it has evicted first may come back. */
    private void drain(Application application) throws IOException, InterruptedException {
        List<String> drained = application.pods().ready();
        List<String> command = cluster.kubectl()
                .command("drain", Node.NAME, "--delete-emptydir-data", "--pod-selector=" + LOADED, "--timeout=120s");
        try (ChildProcess drain = ChildProcess.start(command, Map.of(), Cluster.LOGS.resolve("drain.log"))) {
            Await.until("an eviction", TIMEOUT, () -> application.pods().ready().size() < 3);
            var unused = application.kubectl("uncordon", Node.NAME);
            assertThat(drain.awaitExit(TIMEOUT)).as(drain.log()).isZero();
        }
        application.awaitReady(3);
        assertThat(application.pods().ready()).doesNotContainAnyElementsOf(drained);
    }

    @Test
    @Order(3)
    void anEncryptedSessionOutlivesAllPods() throws Exception {
        try (Application application = new Application(cluster, "encrypted")) {
            byte[] key = new byte[32];
            new java.security.SecureRandom().nextBytes(key);
            var unused = application.kubectl(
                    "create",
                    "secret",
                    "generic",
                    "session-key",
                    "--from-literal=key=" + Base64.getEncoder().encodeToString(key));
            application.apply("encrypted");
            application.awaitReady(3);
            application.update();
            application.awaitReady(3);

            Outcome.assertIsWell(application);
            JsonObject secret =
                    new JsonObject(application.kubectl("get", "secret", "token-sidecar-session", "-o", "json"));
            String session = new String(
                    Base64.getDecoder().decode(secret.getJsonObject("data").getString("session")),
                    StandardCharsets.UTF_8);
            assertThat(new JsonObject(session).fieldNames())
                    .containsExactlyInAnyOrder("format", "store", "key_id", "nonce", "sealed");
            assertThat(application.server().tokens()).isNotEmpty().noneMatch(session::contains);
            Outcome.record("pods_encrypted", application, "pods=3 updates=1");
        }
    }

    @Test
    @Order(4)
    void allReplicasUpdateWithOneSession() throws Exception {
        try (Application application = new Application(cluster, "compared")) {
            application.apply("fleet");
            application.scale(COMPARED);
            application.update();
            application.awaitReady(COMPARED);

            Outcome.assertIsWell(application);
            Outcome.record("pods_fleet", application, "pods=%d updates=1 ready=%d".formatted(COMPARED, COMPARED));
        }
    }

    @Test
    @Order(5)
    void withoutCoordinationTheirSessionEnds() throws Exception {
        try (Application application = new Application(cluster, "uncoordinated")) {
            application.apply("uncoordinated");
            var unusedScale = application.kubectl("scale", "deployment", "--all", "--replicas=" + COMPARED);
            AuthorizationServer server = application.server();
            Await.until("all pods have asked", TIMEOUT, () -> server.posts() >= COMPARED);
            var unused = application.kubectl("rollout", "restart", "deployment");
            Await.until("a new pod has asked as well", TIMEOUT, () -> server.posts() > COMPARED);
            Await.until(
                    "the only token has expired",
                    TIMEOUT,
                    () -> !application.calls().failed().isEmpty()
                            && application.pods().ready().isEmpty());

            assertThat(server.sessionIsAlive()).isFalse();
            Outcome.record("pods_uncoordinated", application, "pods=%d updates=1 ready=0".formatted(COMPARED));
        }
    }

    @Test
    @Order(6)
    void eachRunOfACronJobCompletes() throws Exception {
        runs.awaitComplete(CRON_MINUTES);

        assertThat(runs.failed()).isEmpty();
        Outcome.assertSessionIsAlive(runs.application());
        Outcome.record("pods_cronjob", runs.application(), "runs=" + runs.complete());
    }
}
