package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.testing.process.Jcmd;
import dev.tokensidecar.testing.process.PackagedApplication;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Without a store in Kubernetes, the packaged application loads no class of it. With one and without a cluster, it says so. */
class SecretStoreIT {

    private static final List<String> CLASSES = List.of(
            "dev.tokensidecar.kubernetes.ApiServer",
            "dev.tokensidecar.kubernetes.SecretStore",
            "dev.tokensidecar.app.SecretStores");

    private final SidecarTestBed testBed;

    SecretStoreIT(@TempDir Path directory) {
        testBed = new SidecarTestBed(
                directory,
                Path.of("target/secret-store-it.log"),
                DemoOptions.builder().build());
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    private void useSecret() {
        testBed.set("SIDECAR_TOKEN_STORE_FILE", "");
        testBed.set("SIDECAR_TOKEN_STORE_KUBERNETES_SECRET", "token-sidecar-session");
        testBed.set("SIDECAR_TOKEN_STORE_KUBERNETES_NAMESPACE", "orders");
        testBed.set("KUBERNETES_SERVICE_HOST", "");
    }

    private static String loadedClasses(SidecarProcess sidecar) {
        return Jcmd.run(sidecar.pid(), "VM.class_hierarchy");
    }

    @Test
    void withoutASecretNoClassOfTheStoreIsLoaded() throws Exception {
        assumeThat(PackagedApplication.isNative()).isFalse();
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();

            assertThat(loadedClasses(sidecar))
                    .contains("dev.tokensidecar.store.FileStore", "dev.tokensidecar.app.TokenFactory")
                    .doesNotContain("dev.tokensidecar.kubernetes")
                    .doesNotContain(CLASSES);
            assertThat(sidecar.stop()).isZero();
        }
    }

    @Test
    void withASecretTheyAre() throws Exception {
        assumeThat(PackagedApplication.isNative()).isFalse();
        useSecret();
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitLive();

            assertThat(loadedClasses(sidecar)).contains(CLASSES);
        }
    }

    @Test
    void aProcessOutsideOfAClusterSaysSo() throws Exception {
        useSecret();
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitLog("KUBERNETES_SERVICE_HOST is not set");

            assertThat(sidecar.status().encode()).contains("store_unreachable");
            assertThat(sidecar.log()).contains("cure=\"set SIDECAR_POD_UID to metadata.uid of the Downward API\"");
            assertThat(testBed.server().stats().tokenRequests()).isZero();
            assertThat(sidecar.stop()).isZero();
            assertThat(sidecar.log()).doesNotContain("Exception");
        }
    }

    @Test
    void withAPodUidThereIsNoWarning() throws Exception {
        useSecret();
        testBed.set("SIDECAR_POD_UID", "9a1c3f6e-0d35-4a4e-a1b5-b4f0c1c0a9d2");
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitLive();

            assertThat(sidecar.log()).doesNotContain("SIDECAR_POD_UID");
        }
    }
}
