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

/** The Deployment of {@code k8s/examples} in real containers: the image, the security context, the probes, the end. */
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
    void theApplicationStartsWithATokenAndTheSidecarEndsCleanly() throws Exception {
        try (PodTestBed scene = new PodTestBed("token-sidecar-it-start", directory, "60s")) {
            scene.startSidecar(Map.of("JAVA_TOOL_OPTIONS", "-XX:AOTMode=on"));
            scene.awaitStarted();
            scene.startApplication();
            scene.await("a token", () -> scene.pod().log(scene.application()).contains("got token number 1, good for"));

            assertLockedDown(scene);
            assertThat(Files.readString(directory.resolve("volumes/token-sidecar-state/refresh-token.json")))
                    .as("the rotated refresh token is on the volume")
                    .isNotBlank();

            assertThat(scene.pod().stop(scene.sidecar())).isZero();
            assertThat(scene.pod().log(scene.sidecar())).contains("shutting down", "stopped in");
        }
    }

    /** The kernel's word for what the manifest asks for. */
    private static void assertLockedDown(PodTestBed scene) throws IOException {
        Path process = Path.of("/proc", Long.toString(scene.pod().pid(scene.sidecar())));
        List<String> status = Files.readAllLines(process.resolve("status"));

        assertThat(status)
                .contains("Uid:\t10001\t10001\t10001\t10001", "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000")
                .contains("NoNewPrivs:\t1", "Seccomp:\t2");
        assertThat(Files.readAllLines(process.resolve("mountinfo")))
                .filteredOn(mount -> mount.split(" ", -1)[4].equals("/"))
                .allSatisfy(mount -> assertThat(mount.split(" ", -1)[5]).startsWith("ro,"));
    }

    @Test
    void theProbesTellEachState() throws Exception {
        try (PodTestBed scene = new PodTestBed("token-sidecar-it-states", directory, "12s")) {
            scene.admin("faults", OUTAGE);
            scene.startSidecar(Map.of());
            scene.await("an answer", () -> scene.live() == 200);
            assertProbes(scene, 503, 503);

            scene.mend();
            scene.awaitStarted();
            assertProbes(scene, 200, 200);

            scene.admin("kill-sessions", "");
            scene.await("the death", () -> scene.ready() == 503);
            assertThat(scene.status().getString("state")).isEqualTo("dead");
            assertProbes(scene, 200, 503);
        }
    }

    /** By HTTP, as the kubelet asks, and by the command in the image. */
    private static void assertProbes(PodTestBed scene, int started, int ready) {
        assertThat(List.of(scene.started(), scene.ready(), scene.live())).containsExactly(started, ready, 200);
        assertThat(List.of(scene.probe("started"), scene.probe("ready"), scene.probe("live")))
                .containsExactly(exit(started), exit(ready), 0);
        assertThat(scene.probe("health")).isEqualTo(2);
    }

    private static int exit(int status) {
        return status == 200 ? 0 : 1;
    }

    @Test
    void asManyAsMayWaitCauseOneRequestWithinTheMemoryLimit() throws Exception {
        try (PodTestBed scene = new PodTestBed("token-sidecar-it-herd", directory, "300s")) {
            scene.startSidecar(Map.of());
            scene.awaitStarted();
            int before = scene.tokenRequests();
            scene.admin("faults", SLOWNESS);

            String told = scene.crowd(CALLERS, ROUNDS);

            assertThat(told).isEqualTo("herd=2000 herd_tokens=1 later=10000 later_tokens=1");
            assertThat(scene.tokenRequests() - before).isEqualTo(1);
            assertThat(scene.pod().inspect(scene.sidecar(), "{{.State.OOMKilled}} {{.State.Running}}"))
                    .isEqualTo("false true");
            ProcessMemory memory = ProcessMemory.of(scene.pod().pid(scene.sidecar()));
            Figures.record(
                    "container",
                    "callers=%d requests=%d limit=%s resident_mb=%d anonymous_mb=%d"
                            .formatted(
                                    CALLERS,
                                    CALLERS * (ROUNDS + 1) + 1,
                                    scene.sidecar().getResources().getLimits().get("memory"),
                                    memory.residentMegabytes(),
                                    memory.anonymousMegabytes()));
        }
    }
}
