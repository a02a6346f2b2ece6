package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.testing.process.CommandProcess;
import dev.tokensidecar.testing.process.PackagedApplication;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged check reads what the packaged sidecar reads, and says what the start would say. */
@Timeout(120)
class CheckIT {

    @TempDir
    Path directory;

    private SidecarTestBed testBed;

    @BeforeEach
    void open() {
        testBed = new SidecarTestBed(directory, Path.of("target", "CheckIT.log"), DemoOptions.defaults());
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    private CommandProcess check(String... more) {
        String[] arguments = new String[more.length + 1];
        arguments[0] = "check";
        System.arraycopy(more, 0, arguments, 1, more.length);
        return CommandProcess.run(testBed.environment(), "", arguments);
    }

    @Test
    void aGoodConfigurationIsGoodForBoth() throws Exception {
        testBed.set(
                "SIDECAR_FORWARD_DEMO_TARGET",
                "http://127.0.0.1:" + testBed.server().port());
        long requests = testBed.server().stats().tokenRequests();

        CommandProcess check = check("--connect");

        assertThat(check.exitCode()).as(check.out() + check.err()).isZero();
        assertThat(check.out())
                .contains("server   token default, token endpoint", "server   forward demo, API")
                .endsWith("result   good, 0 faults, 0 warnings\n")
                .doesNotContain(DemoOptions.CLIENT_SECRET, Files.readString(directory.resolve("seed")));
        assertThat(testBed.server().stats().tokenRequests()).isEqualTo(requests);
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            assertThat(check("--connect").exitCode())
                    .as("beside a sidecar that has the ports")
                    .isZero();
        }
    }

    @Test
    void theFaultsAreThoseOfTheStart() throws Exception {
        testBed.set("SIDECAR_TOKEN_CLIENT_ID", "");
        testBed.set("SIDECAR_TOKEN_REFRESH_AHEAD", "soon");
        testBed.set("SIDECAR_TOKEN_STORE_FLIE", "s3cret");

        CommandProcess check = check("--output=json");

        assertThat(check.exitCode()).isEqualTo(1);
        JsonArray faults = new JsonObject(check.out()).getJsonArray("faults");
        assertThat(faults).hasSize(3);
        assertThat(check.out() + check.err()).doesNotContain("s3cret");
        try (SidecarProcess sidecar = testBed.start()) {
            assertThat(sidecar.awaitExit()).isEqualTo(1);
            assertThat(faults).allSatisfy(fault -> assertThat(sidecar.log()).contains("  - " + fault));
        }
    }

    @Test
    void aValueThatQuarkusCannotUseIsAFaultToo() {
        testBed.set("QUARKUS_MANAGEMENT_PORT", "s3cret");
        testBed.set("SIDECAR_TOKEN_CLIENT_ID", "");

        CommandProcess check = check();

        assertThat(check.exitCode()).isEqualTo(1);
        assertThat(check.err()).isEmpty();
        assertThat(check.out())
                .contains(
                        "fault    quarkus.management.port is missing, or has a value that Quarkus cannot use",
                        "fault    sidecar.token.client.id is missing")
                .doesNotContain("s3cret");
    }

    @Test
    void systemPropertiesCountMoreThanVariables() {
        assumeFalse(PackagedApplication.isNative(), "the test sets them by a variable of the JVM");
        Map<String, String> environment = new HashMap<>(testBed.environment());
        environment.put("JAVA_TOOL_OPTIONS", "-Dsidecar.token.client.id=other");

        CommandProcess check = CommandProcess.run(environment, "", "check");

        assertThat(check.exitCode()).isZero();
        assertThat(check.out())
                .containsPattern("setting  sidecar.token.client.id  +other  system property\n")
                .containsPattern("setting  sidecar.token.refresh.ahead  +60s  default\n");
    }
}
