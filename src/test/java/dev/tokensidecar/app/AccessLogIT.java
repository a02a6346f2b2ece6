package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.testing.crypto.Sha256;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The access log of the packaged application. */
@Timeout(120)
class AccessLogIT {

    @TempDir
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private SidecarTestBed testBed;

    @BeforeEach
    void open() {
        testBed = new SidecarTestBed(directory, Path.of("target", "AccessLogIT.log"), DemoOptions.defaults());
        testBed.set("QUARKUS_HTTP_ACCESS_LOG_ENABLED", "true");
        testBed.set("QUARKUS_LOG_LEVEL", "TRACE");
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    @Test
    void aPatternThatShowsQueriesStopsTheStart() throws Exception {
        try (SidecarProcess sidecar = testBed.start()) {
            assertThat(sidecar.awaitExit()).isEqualTo(1);
            assertThat(sidecar.log()).contains("quarkus.http.access-log.pattern with common could show queries");
        }
    }

    @Test
    void anotherPatternLogsRequestsWithoutHashes() throws Exception {
        testBed.set("QUARKUS_HTTP_ACCESS_LOG_PATTERN", "access %h %m %R %s");
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            String token = testBed.get(sidecar.api("/token"), Map.of("Accept", "text/plain"))
                    .body();
            String hash = Sha256.hex(token);
            List.of(
                            "/token?rejected=" + hash,
                            "/status?x=" + hash,
                            "/nowhere?x=" + hash,
                            "/tokens/none?rejected=" + hash)
                    .forEach(target -> assertThat(
                                    testBed.get(sidecar.api(target)).statusCode())
                            .isPositive());
            assertThat(testBed.post(
                                    sidecar.api("/token/rejected?x=" + hash),
                                    "",
                                    Map.of("Authorization", "Bearer " + token))
                            .statusCode())
                    .isPositive();

            assertThat(sidecar.log())
                    .contains("access 127.0.0.1 GET /status 406", "access 127.0.0.1 GET /nowhere 404")
                    .doesNotContain(hash)
                    .doesNotContain(token);
        }
    }
}
