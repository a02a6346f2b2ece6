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

/** Store files that are corrupt or unreadable, at the start of the sidecar or while it runs. */
@Timeout(120)
class DiskFilesIT {

    private static final int CALLERS = 4;
    private static final int ROOT = 0;

    @TempDir
    Path directory;

    private DiskTestBed disk;
    private String refreshToken;
    private byte[] valid;

    @BeforeAll
    static void requireRoot() throws IOException {
        DiskTestBed.requireRoot();
    }

    @BeforeEach
    void open() throws Exception {
        Path home = Files.createDirectory(directory.resolve("home"));
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
        DiskTestBed.setOwner(home, DiskTestBed.USER);
        disk = new DiskTestBed(directory, home, DiskFilesIT.class);
        refreshToken = disk.testBed().server().newSession();
        valid = disk.content(refreshToken, 1);
    }

    @AfterEach
    void close() {
        disk.close();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "EMPTY")
    void theSidecarWaitsForARepairAndPresentsNoOlderToken(StoreFileFault fault) throws Exception {
        fault.write(disk.storeFile(), valid);
        byte[] before = Files.readAllBytes(disk.storeFile());

        try (SidecarProcess sidecar = disk.testBed().start()) {
            sidecar.awaitLive();
            try (TokenConsumers callers = new TokenConsumers(disk.testBed(), sidecar, CALLERS)) {
                assertWaitsForRepair(sidecar, fault.problem());
                assertThat(disk.storeFile()).hasBinaryContent(before);

                DiskTestBed.write(disk.storeFile(), valid);
                sidecar.awaitStarted();
                disk.awaitRecovered(sidecar, fault.problem());
                callers.assertOnlyTokensOr(500);
                callers.assertEachRequestGotAResponse();
            }
            assertThat(disk.testBed().server().presentedRefreshTokens()).startsWith(refreshToken);
        }
    }

    private void assertWaitsForRepair(SidecarProcess sidecar, StoreProblem problem) throws Exception {
        disk.awaitReported(sidecar, problem);
        sidecar.await("three attempts", () -> attempts(sidecar) >= 3);
        disk.awaitReadiness(sidecar, 503, problem);
        HttpResponse<String> response = SidecarTestBed.await(disk.testBed().getAsync(sidecar.api("/token")));
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).contains(problem.cure());
        assertThat(disk.testBed().server().stats().tokenRequests()).isZero();
    }

    private static double attempts(SidecarProcess sidecar) {
        return sidecar.meter("token_sidecar_refreshes_total", Map.of("reason", "startup", "outcome", "configuration"));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNREADABLE")
    void aCorruptFileIsSetAsideAndThePreviousTokenUsed(StoreFileFault fault) throws Exception {
        fault.write(disk.storeFile(), valid);
        byte[] before = Files.readAllBytes(disk.storeFile());
        DiskTestBed.write(disk.sibling(".previous"), valid);

        try (SidecarProcess sidecar = startAndHold()) {
            disk.awaitReported(sidecar, fault.problem());
            disk.awaitReadiness(sidecar, 503, fault.problem());
            assertThat(disk.testBed().server().presentedRefreshTokens()).containsExactly(refreshToken);

            disk.testBed().server().release();
            sidecar.awaitStarted();
            disk.assertServed(sidecar);
            assertThat(disk.sibling(".damaged")).hasBinaryContent(before);
            disk.awaitRecovered(sidecar, fault.problem());
            disk.assertSurvivesCrash(sidecar);
        }
    }

    @Test
    void anUnreadableFileDoesNotLeadToThePreviousToken() throws Exception {
        StoreFileFault.UNREADABLE.write(disk.storeFile(), valid);
        DiskTestBed.write(
                disk.sibling(".previous"), disk.content(disk.testBed().server().newSession(), 1));

        try (SidecarProcess sidecar = disk.testBed().start()) {
            sidecar.awaitLive();
            assertWaitsForRepair(sidecar, StoreProblem.UNREADABLE);
        }
    }

    @Test
    void anEmptyFileWithoutAPreviousTokenLeadsToTheSeed() throws Exception {
        StoreFileFault.EMPTY.write(disk.storeFile(), valid);

        try (SidecarProcess sidecar = startAndHold()) {
            disk.awaitReported(sidecar, StoreProblem.EMPTY);
            disk.testBed().server().release();
            sidecar.awaitStarted();
            disk.assertServed(sidecar);
            disk.awaitRecovered(sidecar, StoreProblem.EMPTY);
        }
    }

    @Test
    void aFileWithOpenPermissionsIsUsedReportedAndCorrected() throws Exception {
        DiskTestBed.write(disk.storeFile(), valid);
        Files.setPosixFilePermissions(disk.storeFile(), PosixFilePermissions.fromString("rw-r--r--"));

        try (SidecarProcess sidecar = startAndHold()) {
            disk.awaitReported(sidecar, StoreProblem.EXPOSED);
            disk.awaitReadiness(sidecar, 503, StoreProblem.EXPOSED);

            disk.testBed().server().release();
            sidecar.awaitStarted();
            disk.assertServed(sidecar);
            disk.awaitRecovered(sidecar, StoreProblem.EXPOSED);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(disk.storeFile())))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void aFileThatBecomesUnreadableIsReplaced() throws Exception {
        DiskTestBed.write(disk.storeFile(), valid);
        try (SidecarProcess sidecar = disk.testBed().start()) {
            sidecar.awaitStarted();
            try (TokenConsumers callers = new TokenConsumers(disk.testBed(), sidecar, CALLERS)) {
                sidecar.await("a file that cannot be read", () -> makeUnreadable(sidecar));
                disk.awaitRecovered(sidecar, StoreProblem.UNREADABLE);
                callers.assertOnlyTokens();
                callers.assertEachRequestGotAResponse();
            }
            disk.assertSurvivesCrash(sidecar);
        }
    }

    /** Makes the file unreadable until the sidecar has noticed: each save replaces the file. */
    private boolean makeUnreadable(SidecarProcess sidecar) {
        try {
            DiskTestBed.setOwner(disk.storeFile(), ROOT);
        } catch (IOException replaced) {
            return false;
        }
        return DiskTestBed.isReported(sidecar, StoreProblem.UNREADABLE);
    }

    /** Starts a sidecar whose first request is held at the server, so that the test can inspect it. */
    private SidecarProcess startAndHold() throws InterruptedException {
        disk.testBed().server().faults().next(Fault.hold());
        SidecarProcess sidecar = disk.testBed().start();
        sidecar.awaitLive();
        disk.testBed().server().awaitHeld(1);
        return sidecar;
    }
}
