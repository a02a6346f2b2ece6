package dev.tokensidecar.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.StoreProblem;
import dev.tokensidecar.token.TokenHash;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * A sidecar that runs as an ordinary user, so that modes and owners count, and renews its token every second. The server has
 * no grace period: the first refresh token that is lost or presented twice ends the session.
 */
final class DiskTestBed implements AutoCloseable {

    static final int USER = 10_001;

    private final Path directory;
    private final SidecarTestBed testBed;
    private final Path storeFile;

    /**
     * Prepares the sidecar.
     *
     * @param directory contains the files that the sidecar only reads
     * @param home the directory of the store file
     */
    DiskTestBed(Path directory, Path home, Class<?> test) throws IOException {
        this.directory = directory;
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        DemoOptions options =
                DemoOptions.builder().accessTokenLifetime(Duration.ofSeconds(2)).build();
        testBed = new SidecarTestBed(directory, Path.of("target", test.getSimpleName() + ".log"), options);
        storeFile = home.resolve("refresh-token");
        testBed.set("SIDECAR_TOKEN_STORE_FILE", storeFile.toString());
        testBed.set("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "500ms");
        testBed.set("SIDECAR_TOKEN_REFRESH_BACK_OFF_MAX", "500ms");
        testBed.set("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        testBed.prefixCommand("setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups", "--");
    }

    /** Fails unless the test runs as root. */
    static void requireRoot() throws IOException {
        assertThat(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
                .as("run these tests as root: they mount file systems and give files to other users")
                .isEqualTo(0);
    }

    SidecarTestBed testBed() {
        return testBed;
    }

    Path storeFile() {
        return storeFile;
    }

    Path sibling(String extension) {
        return storeFile.resolveSibling(storeFile.getFileName() + extension);
    }

    /**
     * Builds the content of a store file.
     *
     * @param logins the number of past logins; the last one delivered the current seed
     */
    byte[] content(String refreshToken, int logins) throws IOException {
        String seed = Files.readString(directory.resolve("seed"));
        List<String> seen = new ArrayList<>(Collections.nCopies(logins - 1, "0".repeat(64)));
        seen.add(TokenHash.of(Secret.of(seed)).reveal());
        return new JsonObject()
                .put("format", 1)
                .put("refresh_token", refreshToken)
                .put("received_at", Instant.now().toString())
                .put("seen_seeds", new JsonArray(seen))
                .encode()
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Writes a file that belongs to the user of the sidecar, with mode 0600. */
    static void write(Path file, byte[] content) throws IOException {
        Files.write(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        setOwner(file, USER);
    }

    /** Makes this user the owner of the file. */
    static void setOwner(Path file, int user) throws IOException {
        Files.setAttribute(file, "unix:uid", user);
    }

    void awaitReported(SidecarProcess sidecar, StoreProblem problem) throws InterruptedException {
        sidecar.await("problem " + problem, () -> isReported(sidecar, problem));
        assertThat(sidecar.log())
                .contains("refresh token store failed token=default problem=" + problem.label() + " cure=\""
                        + problem.cure() + "\" detail=\"" + storeFile);
        assertThat(sidecar.status().getJsonObject("refresh_token").getString("store_problem"))
                .isEqualTo(problem.label());
    }

    static boolean isReported(SidecarProcess sidecar, StoreProblem problem) {
        return sidecar.meter("token_sidecar_store_problem", Map.of("problem", problem.label())) == 1;
    }

    static boolean isPersisted(SidecarProcess sidecar) {
        return sidecar.meter("token_sidecar_refresh_token_persisted", Map.of()) == 1;
    }

    void awaitRecovered(SidecarProcess sidecar, StoreProblem problem) throws InterruptedException {
        sidecar.awaitLog("refresh token store recovered token=default problem_was=" + problem.label());
        assertThat(isReported(sidecar, problem)).isFalse();
    }

    /** Waits until the readiness probe responds with this status and names this problem. */
    void awaitReadiness(SidecarProcess sidecar, int status, StoreProblem problem) throws InterruptedException {
        sidecar.await("readiness " + status + " with " + problem, () -> {
            HttpResponse<String> ready = testBed.get(sidecar.management("/q/health/ready"));
            JsonObject check =
                    new JsonObject(ready.body()).getJsonArray("checks").getJsonObject(0);
            return ready.statusCode() == status
                    && problem.label().equals(check.getJsonObject("data").getString("store"));
        });
    }

    void assertServed(SidecarProcess sidecar) {
        HttpResponse<String> response = SidecarTestBed.await(testBed.getAsync(sidecar.api("/token")));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(testBed.apiAccepts(response.body())).isTrue();
    }

    /** Kills the sidecar. The next one continues the session with the saved token. */
    void assertSurvivesCrash(SidecarProcess sidecar) throws InterruptedException {
        testBed.crash(sidecar);
        try (SidecarProcess next = testBed.start()) {
            next.awaitStarted();
            assertServed(next);
        }
        assertThat(testBed.server().stats().reuseDetections()).isZero();
        assertThat(testBed.server().stats().maxInFlight()).isEqualTo(1);
    }

    /** Asserts that the log contains no refresh token. */
    void assertNoTokenLogged(SidecarProcess sidecar) {
        assertThat(testBed.server().presentedRefreshTokens())
                .allSatisfy(token -> assertThat(sidecar.log().contains(token)).isFalse());
    }

    @Override
    public void close() {
        testBed.close();
    }
}
