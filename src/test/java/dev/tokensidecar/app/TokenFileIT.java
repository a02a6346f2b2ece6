package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The access token file of the packaged application. */
@Timeout(120)
class TokenFileIT {

    private static final String UP_TO_DATE = "token_sidecar_token_file_up_to_date";

    @TempDir
    Path directory;

    private SidecarTestBed testBed;
    private Path shared;
    private Path file;

    @BeforeEach
    void open() {
        DemoOptions options =
                DemoOptions.builder().accessTokenLifetime(Duration.ofSeconds(4)).build();
        testBed = new SidecarTestBed(directory, Path.of("target", "token-file-it.log"), options);
        shared = directory.resolve("shared");
        file = shared.resolve("access-token");
        testBed.set("SIDECAR_TOKEN_FILE", file.toString());
        testBed.set("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "0s");
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    /** @return the content of the file; null without a file */
    private @Nullable String content() {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException none) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String awaitCurrentToken(SidecarProcess sidecar) throws InterruptedException {
        List<String> found = new ArrayList<>();
        sidecar.await("a file with the token that callers get", () -> {
            HttpResponse<String> response = testBed.get(sidecar.api("/token"));
            found.add(response.body());
            return response.statusCode() == 200 && response.body().equals(content());
        });
        return found.getLast();
    }

    @Test
    void theFileContainsTheTokenOfCallersAndVanishesWithIt() throws Exception {
        Files.createDirectory(shared);
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            String first = awaitCurrentToken(sidecar);
            assertThat(testBed.apiAccepts(first)).isTrue();

            sidecar.await("another token", () -> content() != null && !first.equals(content()));
            String second = awaitCurrentToken(sidecar);

            testBed.server().faults().always(Fault.status(503));
            sidecar.await("no file", () -> content() == null);
            assertThat(testBed.get(sidecar.api("/token")).statusCode()).isEqualTo(503);

            testBed.server().faults().clear();
            String third = awaitCurrentToken(sidecar);

            assertThat(sidecar.stop()).isZero();
            assertThat(shared).isEmptyDirectory();
            assertThat(sidecar.log()).doesNotContain(first, second, third);
        }
    }

    @Test
    void theFileOfAKilledProcessIsRemovedByTheNextOne() throws Exception {
        Files.createDirectory(shared);
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            sidecar.await("a file", () -> content() != null);
            sidecar.kill();
        }
        assertThat(file).exists();

        testBed.server().faults().always(Fault.status(503));
        try (SidecarProcess next = testBed.start()) {
            next.awaitLive();
            next.await("no file", () -> content() == null);
        }
    }

    @Test
    void aMissingDirectoryIsReportedOnceAndCallersAreServed() throws Exception {
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            sidecar.awaitLog("token file write failed token=default problem=unwritable cure=\"create the directory");
            assertThat(sidecar.meter(UP_TO_DATE, Map.of())).isZero();

            testBed.awaitRefreshes(2);
            assertThat(testBed.get(sidecar.api("/token")).statusCode()).isEqualTo(200);
            assertThat(sidecar.log()).containsOnlyOnce("token file write failed");

            Files.createDirectory(shared);
            String token = awaitCurrentToken(sidecar);
            sidecar.awaitLog("token file recovered");
            assertThat(sidecar.meter(UP_TO_DATE, Map.of())).isEqualTo(1);
            assertThat(sidecar.log()).doesNotContain(token);
        }
    }

    @Test
    void aNamedTokenHasItsOwnFileAndFormat() throws Exception {
        Files.createDirectory(shared);
        Object group = Files.getAttribute(shared, "unix:gid");
        String prefix = "SIDECAR_TOKENS_INVOICES_";
        testBed.set(
                prefix + "AUTHORIZATION_SERVER_TOKEN_ENDPOINT", testBed.server().tokenEndpoint());
        testBed.set(prefix + "CLIENT_ID", DemoOptions.CLIENT_ID);
        testBed.set(prefix + "CLIENT_SECRET_FILE", testBed.write("client-secret", DemoOptions.CLIENT_SECRET));
        testBed.set(prefix + "GRANT_TYPE", "client_credentials");
        testBed.set(prefix + "FILE", shared.resolve("invoices.json").toString());
        testBed.set(prefix + "FILE_FORMAT", "json");
        testBed.set(prefix + "FILE_MODE", "0444");
        testBed.set(prefix + "FILE_GROUP", group.toString());
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            file = shared.resolve("invoices.json");

            sidecar.await("what callers get", () -> {
                JsonObject response = new JsonObject(
                        testBed.get(sidecar.api("/tokens/invoices"), Map.of()).body());
                response.remove("expires_in");
                String content = content();
                return content != null && new JsonObject(content).equals(response);
            });
            assertThat(new JsonObject(content()).fieldNames())
                    .containsExactly("access_token", "token_type", "expires_at", "scope", "generation");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("r--r--r--");
            assertThat(Files.getAttribute(file, "unix:gid")).isEqualTo(group);
        }
    }
}
