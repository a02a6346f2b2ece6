package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.log.LogCapture;
import io.quarkus.vertx.http.runtime.QuarkusErrorHandler;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;

class RequestTargetsTest {

    private static final Logger QUARKUS = Logger.getLogger(QuarkusErrorHandler.class);

    /** Logs the line as Quarkus does, see {@link QuarkusErrorHandler}. */
    @Test
    void aDefectIsLoggedWithoutTheQueryOfTheRequest() {
        RequestTargets.removeQueriesFromLog();
        try (LogCapture log = LogCapture.of(QuarkusErrorHandler.class.getName())) {
            QUARKUS.errorf(
                    new IllegalStateException("defect"),
                    "HTTP Request to %s failed, error id: %s",
                    "/token?rejected=3f1e",
                    "id-1");

            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .contains("HTTP Request to /token failed, error id: id-1", "defect")
                    .doesNotContain("3f1e");
        }
    }
}
