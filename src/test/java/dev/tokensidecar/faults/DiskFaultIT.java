package dev.tokensidecar.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.process.SidecarProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Volumes that become unwritable under a running sidecar with load. */
@Timeout(180)
class DiskFaultIT {

    private static final int CALLERS = 4;

    /** Enough logins to make the file two pages long. */
    private static final int LOGINS = 100;

    @TempDir
    Path directory;

    private DiskVolume volume;
    private DiskTestBed disk;

    @BeforeAll
    static void requireRoot() throws IOException {
        DiskTestBed.requireRoot();
    }

    @BeforeEach
    void open() throws Exception {
        volume = DiskVolume.mount(directory, DiskTestBed.USER);
        disk = new DiskTestBed(directory, volume.path(), DiskFaultIT.class);
        DiskTestBed.write(disk.storeFile(), disk.content(disk.testBed().server().newSession(), LOGINS));
    }

    @AfterEach
    void close() throws Exception {
        try {
            disk.close();
        } finally {
            volume.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aVolumeFaultCostsNoTokenAndNoSavedState(VolumeFault fault) throws Exception {
        try (SidecarProcess sidecar = disk.testBed().start()) {
            sidecar.awaitStarted();
            try (TokenConsumers callers = new TokenConsumers(disk.testBed(), sidecar, CALLERS)) {
                disk.testBed().awaitRefreshes(1);
                assertServesWithoutSaving(fault, sidecar);
                assertSavesAgain(fault, sidecar);
                callers.assertOnlyTokens();
                callers.assertEachRequestGotAResponse();
            }
            disk.assertNoTokenLogged(sidecar);
            disk.assertSurvivesCrash(sidecar);
        }
    }

    private void assertServesWithoutSaving(VolumeFault fault, SidecarProcess sidecar) throws Exception {
        if (fault.excludesOpenFiles()) {
            fault.begin(volume);
        }
        disk.testBed().holdNextRefresh();
        byte[] saved = Files.readAllBytes(disk.storeFile());
        if (!fault.excludesOpenFiles()) {
            fault.begin(volume);
        }
        disk.testBed().server().release();

        disk.awaitReported(sidecar, fault.problem());
        sidecar.await("a token in memory only", () -> !DiskTestBed.isPersisted(sidecar));
        disk.testBed().awaitRefreshes(2);
        disk.awaitReadiness(sidecar, 200, fault.problem());
        assertThat(DiskTestBed.isPersisted(sidecar)).isFalse();
        assertThat(sidecar.log())
                .containsOnlyOnce("refresh token store failed")
                .doesNotContain("refresh token store recovered");
        assertThat(disk.storeFile()).hasBinaryContent(saved);
    }

    private void assertSavesAgain(VolumeFault fault, SidecarProcess sidecar) throws Exception {
        fault.end(volume);

        disk.awaitRecovered(sidecar, fault.problem());
        sidecar.await("a saved token", () -> DiskTestBed.isPersisted(sidecar));
        disk.testBed().holdNextRefresh();
        assertThat(fileNames())
                .containsExactlyInAnyOrder(
                        "refresh-token", "refresh-token.previous", "refresh-token.attempt", "refresh-token.lock");
        disk.testBed().server().release();
    }

    private List<String> fileNames() throws IOException {
        try (Stream<Path> files = Files.list(volume.path())) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
