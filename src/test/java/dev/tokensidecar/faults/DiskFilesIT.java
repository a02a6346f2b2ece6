package dev.tokensidecar.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import dev.tokensidecar.token.StoreProblem;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that are not what was written: found by a sidecar at its start, or changed under one that runs. */
@Timeout(120)
class DiskFilesIT {

    private static final int CALLERS = 4;
    private static final int ROOT = 0;

    @TempDir
    Path directory;

    private DiskScene scene;
    private String refreshToken;
    private byte[] good;

    @BeforeAll
    static void requireRoot() throws IOException {
        DiskScene.requireRoot();
    }

    @BeforeEach
    void open() throws Exception {
        Path home = Files.createDirectory(directory.resolve("home"));
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
        DiskScene.give(home, DiskScene.USER);
        scene = new DiskScene(directory, home, DiskFilesIT.class);
        refreshToken = scene.testBed().server().newSession();
        good = scene.content(refreshToken, 1);
    }

    @AfterEach
    void close() {
        scene.close();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "EMPTY")
    void whatAPersonCanMendIsWaitedForAndNothingOlderIsPresented(DiskSpoilt spoilt) throws Exception {
        spoilt.write(scene.stored(), good);
        byte[] before = Files.readAllBytes(scene.stored());

        try (SidecarProcess sidecar = scene.testBed().start()) {
            sidecar.awaitLive();
            try (TokenConsumers load = new TokenConsumers(scene.testBed(), sidecar, CALLERS)) {
                assertWaitsForAPerson(sidecar, spoilt.told());
                assertThat(scene.stored()).hasBinaryContent(before);

                DiskScene.write(scene.stored(), good);
                sidecar.awaitStarted();
                scene.awaitWell(sidecar, spoilt.told());
                load.assertOnlyTokensOr(500);
                load.assertAllAnswered();
            }
            assertThat(scene.testBed().server().presentedRefreshTokens()).startsWith(refreshToken);
        }
    }

    private void assertWaitsForAPerson(SidecarProcess sidecar, StoreProblem problem) throws Exception {
        scene.awaitTold(sidecar, problem);
        sidecar.await("three tries", () -> tries(sidecar) >= 3);
        scene.awaitReadiness(sidecar, 503, problem);
        HttpResponse<String> answer = SidecarTestBed.answer(scene.testBed().ask(sidecar.api("/token")));
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).contains(problem.cure());
        assertThat(scene.testBed().server().stats().tokenRequests()).isZero();
    }

    private static double tries(SidecarProcess sidecar) {
        return sidecar.meter("token_sidecar_refreshes_total", Map.of("reason", "startup", "outcome", "configuration"));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNREADABLE")
    void aSpoiltFileIsPassedOverForTheTokenBeforeAndKept(DiskSpoilt spoilt) throws Exception {
        spoilt.write(scene.stored(), good);
        byte[] before = Files.readAllBytes(scene.stored());
        DiskScene.write(scene.beside(".previous"), good);

        try (SidecarProcess sidecar = startAndHold()) {
            scene.awaitTold(sidecar, spoilt.told());
            scene.awaitReadiness(sidecar, 503, spoilt.told());
            assertThat(scene.testBed().server().presentedRefreshTokens()).containsExactly(refreshToken);

            scene.testBed().server().release();
            sidecar.awaitStarted();
            scene.assertServed(sidecar);
            assertThat(scene.beside(".damaged")).hasBinaryContent(before);
            scene.awaitWell(sidecar, spoilt.told());
            scene.crashAndGoOn(sidecar);
        }
    }

    @Test
    void whatIsUnreadableIsNotPassedOverForTheTokenBefore() throws Exception {
        DiskSpoilt.UNREADABLE.write(scene.stored(), good);
        DiskScene.write(
                scene.beside(".previous"), scene.content(scene.testBed().server().newSession(), 1));

        try (SidecarProcess sidecar = scene.testBed().start()) {
            sidecar.awaitLive();
            assertWaitsForAPerson(sidecar, StoreProblem.UNREADABLE);
        }
    }

    @Test
    void anEmptyFileWithNothingBeforeItLeavesTheSeed() throws Exception {
        DiskSpoilt.EMPTY.write(scene.stored(), good);

        try (SidecarProcess sidecar = startAndHold()) {
            scene.awaitTold(sidecar, StoreProblem.EMPTY);
            scene.testBed().server().release();
            sidecar.awaitStarted();
            scene.assertServed(sidecar);
            scene.awaitWell(sidecar, StoreProblem.EMPTY);
        }
    }

    @Test
    void aFileThatOthersMayReadIsUsedToldAndMended() throws Exception {
        DiskScene.write(scene.stored(), good);
        Files.setPosixFilePermissions(scene.stored(), PosixFilePermissions.fromString("rw-r--r--"));

        try (SidecarProcess sidecar = startAndHold()) {
            scene.awaitTold(sidecar, StoreProblem.EXPOSED);
            scene.awaitReadiness(sidecar, 503, StoreProblem.EXPOSED);

            scene.testBed().server().release();
            sidecar.awaitStarted();
            scene.assertServed(sidecar);
            scene.awaitWell(sidecar, StoreProblem.EXPOSED);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(scene.stored())))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void aFileThatIsTakenAwayFromARunningSidecarIsWrittenAnew() throws Exception {
        DiskScene.write(scene.stored(), good);
        try (SidecarProcess sidecar = scene.testBed().start()) {
            sidecar.awaitStarted();
            try (TokenConsumers load = new TokenConsumers(scene.testBed(), sidecar, CALLERS)) {
                sidecar.await("a file that cannot be read", () -> isTakenAway(sidecar));
                scene.awaitWell(sidecar, StoreProblem.UNREADABLE);
                load.assertOnlyTokens();
                load.assertAllAnswered();
            }
            scene.crashAndGoOn(sidecar);
        }
    }

    /** Takes the file away, again and again, until the sidecar has seen it so: each save brings another one. */
    private boolean isTakenAway(SidecarProcess sidecar) {
        try {
            DiskScene.give(scene.stored(), ROOT);
        } catch (IOException replaced) {
            return false;
        }
        return DiskScene.isTold(sidecar, StoreProblem.UNREADABLE);
    }

    /** A sidecar whose first request waits at the server, so that there is time to look at it. */
    private SidecarProcess startAndHold() throws InterruptedException {
        scene.testBed().server().faults().next(Fault.hold());
        SidecarProcess sidecar = scene.testBed().start();
        sidecar.awaitLive();
        scene.testBed().server().awaitHeld(1);
        return sidecar;
    }
}
