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

/** Volumes that nothing can be saved on any more, under a running sidecar that callers ask all the time. */
@Timeout(180)
class DiskFaultIT {

    private static final int CALLERS = 4;

    /** So many that the file takes two pages. */
    private static final int LOGINS = 100;

    @TempDir
    Path directory;

    private DiskVolume volume;
    private DiskScene scene;

    @BeforeAll
    static void requireRoot() throws IOException {
        DiskScene.requireRoot();
    }

    @BeforeEach
    void open() throws Exception {
        volume = DiskVolume.mount(directory, DiskScene.USER);
        scene = new DiskScene(directory, volume.path(), DiskFaultIT.class);
        DiskScene.write(scene.stored(), scene.content(scene.testBed().server().newSession(), LOGINS));
    }

    @AfterEach
    void close() throws Exception {
        try {
            scene.close();
        } finally {
            volume.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aVolumeInTroubleCostsNobodyATokenAndNothingThatWasSaved(DiskTrouble trouble) throws Exception {
        try (SidecarProcess sidecar = scene.testBed().start()) {
            sidecar.awaitStarted();
            try (TokenConsumers load = new TokenConsumers(scene.testBed(), sidecar, CALLERS)) {
                scene.testBed().awaitRefreshes(1);
                endure(trouble, sidecar);
                recover(trouble, sidecar);
                load.assertOnlyTokens();
                load.assertAllAnswered();
            }
            scene.assertSilent(sidecar);
            scene.crashAndGoOn(sidecar);
        }
    }

    private void endure(DiskTrouble trouble, SidecarProcess sidecar) throws Exception {
        scene.testBed().holdNextRefresh();
        byte[] saved = Files.readAllBytes(scene.stored());
        trouble.begin(volume);
        scene.testBed().server().release();

        scene.awaitTold(sidecar, trouble.told());
        sidecar.await("a token in memory only", () -> !DiskScene.isPersisted(sidecar));
        scene.testBed().awaitRefreshes(2);
        scene.awaitReadiness(sidecar, 200, trouble.told());
        assertThat(DiskScene.isPersisted(sidecar)).isFalse();
        assertThat(sidecar.log())
                .containsOnlyOnce("refresh token store failed")
                .doesNotContain("refresh token store recovered");
        assertThat(scene.stored()).hasBinaryContent(saved);
    }

    private void recover(DiskTrouble trouble, SidecarProcess sidecar) throws Exception {
        trouble.end(volume);

        scene.awaitWell(sidecar, trouble.told());
        sidecar.await("a saved token", () -> DiskScene.isPersisted(sidecar));
        scene.testBed().holdNextRefresh();
        assertThat(names())
                .containsExactlyInAnyOrder("refresh-token", "refresh-token.previous", "refresh-token.attempt");
        scene.testBed().server().release();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(volume.path())) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
