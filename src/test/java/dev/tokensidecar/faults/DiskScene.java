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
 * A sidecar that is an ordinary user, so that modes and owners count, and renews a token every second at a server
 * that forgives nothing: the first refresh token that is lost or presented twice ends the session.
 */
final class DiskScene implements AutoCloseable {

    static final int USER = 10_001;

    private final Path directory;
    private final SidecarTestBed testBed;
    private final Path stored;

    /**
     * Sets the scene.
     *
     * @param directory keeps what the sidecar only reads
     * @param home the directory in which the sidecar keeps its refresh token
     */
    DiskScene(Path directory, Path home, Class<?> test) throws IOException {
        this.directory = directory;
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        DemoOptions options =
                DemoOptions.builder().accessTokenLife(Duration.ofSeconds(2)).build();
        testBed = new SidecarTestBed(directory, Path.of("target", test.getSimpleName() + ".log"), options);
        stored = home.resolve("refresh-token");
        testBed.set("SIDECAR_TOKEN_STORE_FILE", stored.toString());
        testBed.set("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "500ms");
        testBed.set("SIDECAR_TOKEN_REFRESH_BACK_OFF_MAX", "500ms");
        testBed.set("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        testBed.startBy("setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups", "--");
    }

    /** Fails where nobody else's files can be made. */
    static void requireRoot() throws IOException {
        assertThat(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
                .as("run these tests as root: they mount file systems and give files to other users")
                .isEqualTo(0);
    }

    SidecarTestBed testBed() {
        return testBed;
    }

    Path stored() {
        return stored;
    }

    Path beside(String extension) {
        return stored.resolveSibling(stored.getFileName() + extension);
    }

    /**
     * What the sidecar would have written.
     *
     * @param logins how often somebody has logged in; the last one left the seed that is there
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

    /** Writes a file that belongs to the sidecar and that nobody else may read. */
    static void write(Path file, byte[] content) throws IOException {
        Files.write(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        give(file, USER);
    }

    /** Makes this user the owner. */
    static void give(Path file, int user) throws IOException {
        Files.setAttribute(file, "unix:uid", user);
    }

    void awaitTold(SidecarProcess sidecar, StoreProblem problem) throws InterruptedException {
        sidecar.await("the meter tells " + problem, () -> isTold(sidecar, problem));
        assertThat(sidecar.log())
                .contains("refresh token store failed token=default problem=" + problem.label() + " cure=\""
                        + problem.cure() + "\" detail=\"" + stored);
        assertThat(sidecar.status().getJsonObject("refresh_token").getString("store_problem"))
                .isEqualTo(problem.label());
    }

    static boolean isTold(SidecarProcess sidecar, StoreProblem problem) {
        return sidecar.meter("token_sidecar_store_problem", Map.of("problem", problem.label())) == 1;
    }

    static boolean isPersisted(SidecarProcess sidecar) {
        return sidecar.meter("token_sidecar_refresh_token_persisted", Map.of()) == 1;
    }

    void awaitWell(SidecarProcess sidecar, StoreProblem problem) throws InterruptedException {
        sidecar.awaitLog("refresh token store recovered token=default problem_was=" + problem.label());
        assertThat(isTold(sidecar, problem)).isFalse();
    }

    /** Waits until the readiness probe answers with this status, and tells this trouble with it. */
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
        HttpResponse<String> answer = SidecarTestBed.answer(testBed.ask(sidecar.api("/token")));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(testBed.works(answer.body())).isTrue();
    }

    /** Ends the sidecar as a crash does: the next one goes on with what is in the file, and the session lives. */
    void crashAndGoOn(SidecarProcess sidecar) throws InterruptedException {
        testBed.crash(sidecar);
        try (SidecarProcess next = testBed.start()) {
            next.awaitStarted();
            assertServed(next);
        }
        assertThat(testBed.server().stats().reuseDetections()).isZero();
        assertThat(testBed.server().stats().maxInFlight()).isEqualTo(1);
    }

    /** No credential has got into the log. */
    void assertSilent(SidecarProcess sidecar) {
        assertThat(testBed.server().presentedRefreshTokens())
                .allSatisfy(token -> assertThat(sidecar.log().contains(token)).isFalse());
    }

    @Override
    public void close() {
        testBed.close();
    }
}
