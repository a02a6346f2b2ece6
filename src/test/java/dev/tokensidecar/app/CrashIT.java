package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL at the worst moment: the server has rotated the refresh token, and its response is on the wire. */
@Timeout(120)
class CrashIT {

    @TempDir
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private SidecarTestBed testBed;

    private void open(Duration grace) {
        testBed = new SidecarTestBed(
                directory,
                Path.of("target", "CrashIT.log"),
                DemoOptions.builder().grace(grace).build());
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    /** Kills the sidecar after the server has used its rotated refresh token and before the response arrives. */
    private void crash() throws Exception {
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            sidecar.kill();
        }
        testBed.server().faults().next(Fault.hold().afterProcessing());
        try (SidecarProcess sidecar = testBed.start()) {
            testBed.server().awaitHeld(1);
            sidecar.kill();
        }
        assertThat(directory.resolve("refresh-token.attempt")).exists();
    }

    private String token(SidecarProcess sidecar) {
        HttpResponse<String> response = SidecarTestBed.await(testBed.getAsync(sidecar.api("/token")));
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    @Test
    @DisplayName("A crash between the response and the save costs no session if the server has a grace period (R24)")
    void withAGracePeriodTheSessionSurvives() throws Exception {
        open(Duration.ofMinutes(1));
        crash();

        try (SidecarProcess next = testBed.start()) {
            next.awaitStarted();

            assertThat(testBed.apiAccepts(token(next))).isTrue();
            assertThat(next.log()).contains("the previous process ended during a refresh");
            assertThat(testBed.server().stats().reuseDetections()).isZero();
        }
        assertThat(directory.resolve("refresh-token.attempt")).doesNotExist();
    }

    @Test
    @DisplayName("Without a grace period, the same crash leads to the state dead and not to a loop (R25)")
    void withoutAGracePeriodTheSidecarReportsTheDeadSessionAndStopsRetrying() throws Exception {
        open(Duration.ZERO);
        crash();
        int before = testBed.server().presentedRefreshTokens().size();

        try (SidecarProcess next = testBed.start()) {
            next.awaitLog("error=invalid_grant");
            HttpResponse<String> response = SidecarTestBed.await(testBed.getAsync(next.api("/token")));

            assertThat(response.statusCode()).isEqualTo(410);
            assertThat(response.body()).contains("reauthentication_required");
            assertThat(SidecarTestBed.await(testBed.getAsync(next.management("/q/metrics")))
                            .body())
                    .containsPattern("token_sidecar_state\\{[^}]*state=\"dead\"[^}]*} 1");
            assertThat(testBed.server().presentedRefreshTokens())
                    .as("the rotated token was presented once more")
                    .hasSize(before + 1);
            assertNewSeedRevives(next);
            assertThat(testBed.server().presentedRefreshTokens())
                    .as("then only the new token was presented")
                    .hasSize(before + 2);
        }
    }

    private void assertNewSeedRevives(SidecarProcess sidecar) throws Exception {
        Files.writeString(directory.resolve("seed"), testBed.server().newSession());
        sidecar.awaitStarted();
        assertThat(testBed.apiAccepts(token(sidecar))).isTrue();
    }

    @Test
    @DisplayName("A new refresh token in the mounted Secret ends the state dead: swapped as the kubelet does it (R18)")
    void aNewRefreshTokenInTheMountedSecretRevivesTheSession() throws Exception {
        open(Duration.ZERO);
        Path mount = Files.createDirectory(directory.resolve("mount"));
        String first = testBed.server().newSession();
        writeVersion(mount, "..1", first);
        switchTo(mount, "..1");
        Path file = Files.createSymbolicLink(mount.resolve("refresh-token"), Path.of("..data/refresh-token"));
        testBed.set("SIDECAR_TOKEN_STORE_REFRESH_TOKEN_FILE", file.toString());
        testBed.set("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "0s");

        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            testBed.server().killSession(first);
            assertThat(testBed.get(sidecar.api("/token?min_ttl=30")).statusCode())
                    .isEqualTo(200);
            sidecar.awaitLog("error=invalid_grant");

            writeVersion(mount, "..2", testBed.server().newSession());
            switchTo(mount, "..2");

            sidecar.awaitLog("token obtained token=default generation=2");
            assertThat(testBed.apiAccepts(token(sidecar))).isTrue();
        }
    }

    private static void writeVersion(Path mount, String name, String refreshToken) throws IOException {
        Files.writeString(Files.createDirectory(mount.resolve(name)).resolve("refresh-token"), refreshToken);
    }

    /** Switches versions as the kubelet does: readers see one version or the other. */
    private static void switchTo(Path mount, String writeVersion) throws IOException {
        Path link = Files.createSymbolicLink(mount.resolve("..data_tmp"), Path.of(writeVersion));
        Files.move(link, mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    }
}
