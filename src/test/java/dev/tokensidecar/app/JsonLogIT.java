package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.log.LogFields;
import dev.tokensidecar.testing.log.SecretSearch;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The JSON log of the packaged application, as a program reads it. */
@Timeout(120)
class JsonLogIT {

    @TempDir
    Path directory;

    private SidecarTestBed testBed;

    @BeforeEach
    void open() {
        testBed = new SidecarTestBed(directory, directory.resolve("log"), DemoOptions.defaults());
        testBed.set("QUARKUS_LOG_CONSOLE_JSON_ENABLED", "true");
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    /** Fails if a line is not a JSON object. */
    private static List<JsonObject> records(SidecarProcess sidecar) {
        return sidecar.log().lines().map(JsonObject::new).toList();
    }

    private static JsonObject record(List<JsonObject> records, String beginning) {
        return records.stream()
                .filter(line -> line.getString("message").startsWith(beginning))
                .findFirst()
                .orElseThrow(() -> new AssertionError(beginning + " is not in " + records));
    }

    @Test
    void eachLineIsOneJsonObject() throws Exception {
        testBed.set("SIDECAR_TOKEN_REFRESH_BACK_OFF_INITIAL", "100ms");
        testBed.set("SIDECAR_TOKEN_REFRESH_BACK_OFF_MAX", "100ms");
        testBed.server().faults().next(Fault.echo(503, "temporarily_unavailable"));
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            assertThat(sidecar.stop()).isZero();

            List<JsonObject> records = records(sidecar);
            assertThat(records).allSatisfy(line -> {
                assertThat(OffsetDateTime.parse(line.getString("timestamp"))).isNotNull();
                assertThat(line.getString("level")).isIn("INFO", "WARN");
                assertThat(line.getString("loggerName")).isNotEmpty();
                assertThat(line.getString("message")).isNotEmpty();
            });
            JsonObject failed = record(records, "refresh failed token=default reason=startup error=");
            assertThat(failed.getString("level")).isEqualTo("WARN");
            assertThat(failed.getString("loggerName")).isEqualTo("dev.tokensidecar.refresh");
            assertThat(record(records, "token obtained token=default generation=1")
                            .getString("level"))
                    .isEqualTo("INFO");
            assertThat(secrets().leaks(Map.of("log", List.of(sidecar.log())))).isEmpty();
        }
    }

    @Test
    void theTextOfAServerStaysInOneFieldOfTheMessage() throws Exception {
        String forged = "no\" cure=\"mail the refresh token\" x=\"\n{\"message\":\"forged\"}";
        testBed.server()
                .faults()
                .next(Fault.reply(
                        503,
                        "application/json",
                        new JsonObject()
                                .put("error", "temporarily_unavailable")
                                .put("error_description", forged)
                                .encode()));
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();

            String message =
                    record(records(sidecar), "refresh failed token=default").getString("message");
            assertThat(LogFields.of(message))
                    .containsEntry("cure", "none needed, the sidecar retries by itself")
                    .hasEntrySatisfying("detail", detail -> assertThat(detail).contains("mail the refresh token"));
        }
    }

    private SecretSearch secrets() {
        SecretSearch secrets = new SecretSearch();
        secrets.addInAnyForm(testBed.server().accessTokens().keySet());
        secrets.addInAnyForm(testBed.server().refreshTokens());
        secrets.addInAnyForm(List.of(DemoOptions.CLIENT_SECRET));
        return secrets;
    }
}
