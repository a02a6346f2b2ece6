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

/** SIGKILL at the worst moment: the server has rotated the refresh token, and its answer is on the wire. */
@Timeout(120)
class CrashIT {

    @TempDir
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private SidecarTestBed stage;

    private void open(Duration grace) {
        stage = new SidecarTestBed(
                directory,
                Path.of("target", "CrashIT.log"),
                DemoOptions.builder().grace(grace).build());
    }

    @AfterEach
    void close() {
        stage.close();
    }

    /** Leaves a sidecar dead whose first, rotated refresh token was spent and whose answer got lost. */
    private void crash() throws Exception {
        try (SidecarProcess sidecar = stage.start()) {
            sidecar.awaitStarted();
            sidecar.kill();
        }
        stage.server().faults().next(Fault.hold().afterProcessing());
        try (SidecarProcess sidecar = stage.start()) {
            stage.server().awaitHeld(1);
            sidecar.kill();
        }
        assertThat(directory.resolve("refresh-token.attempt")).exists();
    }

    private String token(SidecarProcess sidecar) {
        HttpResponse<String> answer = SidecarTestBed.answer(stage.ask(sidecar.api("/token")));
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    @Test
    @DisplayName("R24 crash_after_response_before_persist_recovers_in_grace")
    void withAGracePeriodNobodyNotices() throws Exception {
        open(Duration.ofMinutes(1));
        crash();

        try (SidecarProcess next = stage.start()) {
            next.awaitStarted();

            assertThat(stage.works(token(next))).isTrue();
            assertThat(next.log()).contains("the previous process ended during a refresh");
            assertThat(stage.server().stats().reuseDetections()).isZero();
        }
        assertThat(directory.resolve("refresh-token.attempt")).doesNotExist();
    }

    @Test
    @DisplayName("R25 crash_same_strict_idp_goes_dead_not_loop")
    void withoutOneItIsToldAndNotTriedWithoutEnd() throws Exception {
        open(Duration.ZERO);
        crash();
        int before = stage.server().presentedRefreshTokens().size();

        try (SidecarProcess next = stage.start()) {
            next.awaitLog("error=invalid_grant");
            HttpResponse<String> answer = SidecarTestBed.answer(stage.ask(next.api("/token")));

            assertThat(answer.statusCode()).isEqualTo(410);
            assertThat(answer.body()).contains("reauthentication_required");
            assertThat(SidecarTestBed.answer(stage.ask(next.management("/q/metrics"))).body())
                    .containsPattern("token_sidecar_state\\{[^}]*state=\"dead\"[^}]*} 1");
            assertThat(stage.server().presentedRefreshTokens())
                    .as("presented once more")
                    .hasSize(before + 1);
            aNewSeedRevives(next);
            assertThat(stage.server().presentedRefreshTokens())
                    .as("and then the new one only")
                    .hasSize(before + 2);
        }
    }

    private void aNewSeedRevives(SidecarProcess sidecar) throws Exception {
        Files.writeString(directory.resolve("seed"), stage.server().newSession());
        sidecar.awaitStarted();
        assertThat(stage.works(token(sidecar))).isTrue();
    }

    @Test
    @DisplayName("R18 dead_state_leaves_on_new_rt_in_secret")
    void aDeadRefreshTokenIsReplacedByASwapOfTheMountedSecret() throws Exception {
        open(Duration.ZERO);
        Path mount = Files.createDirectory(directory.resolve("mount"));
        String first = stage.server().newSession();
        version(mount, "..1", first);
        swap(mount, "..1");
        Path file = Files.createSymbolicLink(mount.resolve("refresh-token"), Path.of("..data/refresh-token"));
        stage.set("SIDECAR_TOKEN_STORE_REFRESH_TOKEN_FILE", file.toString());
        stage.set("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "0s");

        try (SidecarProcess sidecar = stage.start()) {
            sidecar.awaitStarted();
            stage.server().killSession(first);
            assertThat(stage.get(sidecar.api("/token?min_ttl=30")).statusCode()).isEqualTo(200);
            sidecar.awaitLog("error=invalid_grant");

            version(mount, "..2", stage.server().newSession());
            swap(mount, "..2");

            sidecar.awaitLog("token obtained token=default generation=2");
            assertThat(stage.works(token(sidecar))).isTrue();
        }
    }

    private static void version(Path mount, String name, String refreshToken) throws IOException {
        Files.writeString(Files.createDirectory(mount.resolve(name)).resolve("refresh-token"), refreshToken);
    }

    /** As the kubelet does it: readers see one version or the other. */
    private static void swap(Path mount, String version) throws IOException {
        Path link = Files.createSymbolicLink(mount.resolve("..data_tmp"), Path.of(version));
        Files.move(link, mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    }
}
