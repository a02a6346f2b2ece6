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

/** What the packaged application writes down of requests. */
@Timeout(120)
class AccessLogIT {

    @TempDir
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private SidecarTestBed stage;

    @BeforeEach
    void open() {
        stage = new SidecarTestBed(directory, Path.of("target", "AccessLogIT.log"), DemoOptions.defaults());
        stage.set("QUARKUS_HTTP_ACCESS_LOG_ENABLED", "true");
        stage.set("QUARKUS_LOG_LEVEL", "TRACE");
    }

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void anAccessLogThatShowsQueriesIsRefused() throws Exception {
        try (SidecarProcess sidecar = stage.start()) {
            assertThat(sidecar.awaitExit()).isEqualTo(1);
            assertThat(sidecar.log()).contains("quarkus.http.access-log.pattern with common could show queries");
        }
    }

    @Test
    void anyOtherOneShowsWhoAskedAndNoHash() throws Exception {
        stage.set("QUARKUS_HTTP_ACCESS_LOG_PATTERN", "access %h %m %R %s");
        try (SidecarProcess sidecar = stage.start()) {
            sidecar.awaitStarted();
            String token = stage.get(sidecar.api("/token"), Map.of("Accept", "text/plain"))
                    .body();
            String hash = Sha256.hex(token);
            List.of(
                            "/token?rejected=" + hash,
                            "/status?x=" + hash,
                            "/nowhere?x=" + hash,
                            "/tokens/none?rejected=" + hash)
                    .forEach(target -> assertThat(stage.get(sidecar.api(target)).statusCode())
                            .isPositive());
            assertThat(stage.post(
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
