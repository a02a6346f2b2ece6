package dev.tokensidecar.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.measurement.Figures;
import dev.tokensidecar.testing.process.ProcessMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The Deployment of {@code k8s/examples} in real containers: image, security context, probes and shutdown. */
@Timeout(300)
class PodIT {

    private static final int CALLERS = 2_000;
    private static final int ROUNDS = 5;
    private static final String OUTAGE = """
            {"fault": "status", "status": 503, "always": true}""";

    private static final String SLOWNESS = """
            {"fault": "slow", "seconds": 3}""";

    @TempDir
    Path directory;

    @Test
    void theApplicationStartsWithATokenAndTheSidecarStopsCleanly() throws Exception {
        try (PodTestBed testBed = new PodTestBed("token-sidecar-it-start", directory, "60s")) {
            testBed.startSidecar(Map.of("JAVA_TOOL_OPTIONS", "-XX:AOTMode=on"));
            testBed.awaitStarted();
            testBed.startApplication();
            testBed.await(
                    "a token", () -> testBed.pod().log(testBed.application()).contains("got token number 1, good for"));

            assertLockedDown(testBed);
            assertThat(Files.readString(directory.resolve("volumes/token-sidecar-state/refresh-token.json")))
                    .as("the rotated refresh token is on the volume")
                    .isNotBlank();

            assertThat(testBed.pod().stop(testBed.sidecar())).isZero();
            assertThat(testBed.pod().log(testBed.sidecar())).contains("shutting down", "stopped in");
        }
    }

    /** Checks in {@code /proc} what the manifest requires. */
    private static void assertLockedDown(PodTestBed testBed) throws IOException {
        Path process = Path.of("/proc", Long.toString(testBed.pod().pid(testBed.sidecar())));
        List<String> status = Files.readAllLines(process.resolve("status"));

        assertThat(status)
                .contains("Uid:\t10001\t10001\t10001\t10001", "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000")
                .contains("NoNewPrivs:\t1", "Seccomp:\t2");
        assertThat(Files.readAllLines(process.resolve("mountinfo")))
                .filteredOn(mount -> mount.split(" ", -1)[4].equals("/"))
                .allSatisfy(mount -> assertThat(mount.split(" ", -1)[5]).startsWith("ro,"));
    }

    @Test
    void theProbesShowEachState() throws Exception {
        try (PodTestBed testBed = new PodTestBed("token-sidecar-it-states", directory, "12s")) {
            testBed.admin("faults", OUTAGE);
            testBed.startSidecar(Map.of());
            testBed.await("a response", () -> testBed.live() == 200);
            assertProbes(testBed, 503, 503);

            testBed.clearFaults();
            testBed.awaitStarted();
            assertProbes(testBed, 200, 200);

            testBed.admin("kill-sessions", "");
            testBed.await("the dead state", () -> testBed.ready() == 503);
            assertThat(testBed.status().getString("state")).isEqualTo("dead");
            assertProbes(testBed, 200, 503);
        }
    }

    /** Probes by HTTP, as the kubelet does, and with the command in the image. */
    private static void assertProbes(PodTestBed testBed, int started, int ready) {
        assertThat(List.of(testBed.started(), testBed.ready(), testBed.live())).containsExactly(started, ready, 200);
        assertThat(List.of(testBed.probe("started"), testBed.probe("ready"), testBed.probe("live")))
                .containsExactly(exitCode(started), exitCode(ready), 0);
        assertThat(testBed.probe("health")).isEqualTo(2);
    }

    private static int exitCode(int status) {
        return status == 200 ? 0 : 1;
    }

    @Test
    void aHerdCausesOneRequestWithinTheMemoryLimit() throws Exception {
        try (PodTestBed testBed = new PodTestBed("token-sidecar-it-herd", directory, "300s")) {
            testBed.startSidecar(Map.of());
            testBed.awaitStarted();
            int before = testBed.tokenRequests();
            testBed.admin("faults", SLOWNESS);

            String output = testBed.runHerd(CALLERS, ROUNDS);

            assertThat(output).isEqualTo("herd=2000 herd_tokens=1 later=10000 later_tokens=1");
            assertThat(testBed.tokenRequests() - before).isEqualTo(1);
            assertThat(testBed.pod().inspect(testBed.sidecar(), "{{.State.OOMKilled}} {{.State.Running}}"))
                    .isEqualTo("false true");
            ProcessMemory memory = ProcessMemory.of(testBed.pod().pid(testBed.sidecar()));
            Figures.record(
                    "container",
                    "callers=%d requests=%d limit=%s resident_mb=%d anonymous_mb=%d"
                            .formatted(
                                    CALLERS,
                                    CALLERS * (ROUNDS + 1) + 1,
                                    testBed.sidecar().getResources().getLimits().get("memory"),
                                    memory.residentMegabytes(),
                                    memory.anonymousMegabytes()));
        }
    }
}
