package dev.tokensidecar.attack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Callers without the secret, on every address inside the pod. */
@Timeout(120)
class CallerSecretIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final String SECRET = "s3cret";
    private static final List<String> TARGETS =
            List.of("GET /token", "GET /tokens/default", "GET /status", "POST /token/rejected", "GET /nowhere");

    @TempDir
    static Path directory;

    private static AttackScene scene;

    @BeforeAll
    static void open() throws Exception {
        scene = new AttackScene(CallerSecretIT.class, directory);
        scene.testBed().set("SIDECAR_GUARD_CALLER_SECRET_FILE", scene.testBed().write("caller", SECRET));
    }

    @AfterAll
    static void close() throws Exception {
        scene.close();
    }

    static List<String> guesses() {
        return List.of(
                "X-Ordinary: a",
                "X-Sidecar-Secret:",
                "X-Sidecar-Secret: s3cre",
                "X-Sidecar-Secret: s3crets",
                "X-Sidecar-Secret: S3CRET",
                "X-Sidecar-Secret: s3cret, s3cret",
                "X-Sidecar-Secret: \"s3cret\"",
                "X_Sidecar_Secret: s3cret",
                "X-Sidecar-Secret\t: s3cret",
                "Cookie: X-Sidecar-Secret=s3cret",
                "Authorization: Bearer s3cret",
                "Authorization: Basic s3cret",
                basic("s3cret:"),
                basic("a:s3cret:"),
                basic(":S3CRET"),
                "Proxy-Authorization: " + basic("a:s3cret").substring("Authorization: ".length()));
    }

    private static String basic(String pair) {
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    }

    @ParameterizedTest
    @MethodSource("guesses")
    void aGuessIsRejected(String field) throws Exception {
        for (ListenAddress address : scene.inside()) {
            for (String target : TARGETS) {
                assertThat(send(address, target, field))
                        .matches("(?s)HTTP/1\\.1 40[03] .*|")
                        .doesNotContain("access_token", SECRET);
            }
        }
    }

    @Test
    void theSecretIsAccepted() throws Exception {
        for (ListenAddress address : scene.inside()) {
            assertThat(send(address, "GET /token", "X-Sidecar-Secret: " + SECRET))
                    .startsWith("HTTP/1.1 200 ");
            assertThat(send(address, "GET /token", basic("a:" + SECRET))).startsWith("HTTP/1.1 200 ");
        }
        assertThat(scene.api().requests())
                .isNotEmpty()
                .allSatisfy(request -> assertThat(request.text()).doesNotContain(SECRET));
    }

    private static String send(ListenAddress address, String target, String field) throws Exception {
        return address.exchange(
                target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + field + "\r\n\r\n", TIMEOUT);
    }
}
