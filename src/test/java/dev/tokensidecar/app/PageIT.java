package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.testing.http.RawHttp;
import dev.tokensidecar.testing.log.SecretSearch;
import dev.tokensidecar.testing.measurement.Figures;
import dev.tokensidecar.testing.process.Jcmd;
import dev.tokensidecar.testing.process.PackagedApplication;
import dev.tokensidecar.testing.process.ProcessMemory;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page of the packaged application: who gets it, with which headers, and what it costs. */
@Timeout(120)
class PageIT {

    private static final List<String> PATHS = List.of("/", "/page.css", "/page.js", "/page.svg");
    private static final int VISITS = 200;

    @TempDir
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private SidecarTestBed testBed;

    @BeforeEach
    void open() {
        testBed = new SidecarTestBed(
                directory,
                Path.of("target", "PageIT.log"),
                DemoOptions.builder().build());
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    private static RawHttp.Response request(SidecarProcess sidecar, String method, String path, String... headers) {
        String[] lines = new String[headers.length + 1];
        lines[0] = method + " " + path + " HTTP/1.1";
        System.arraycopy(headers, 0, lines, 1, headers.length);
        try (RawHttp connection = RawHttp.send(sidecar.management("/").getPort(), lines)) {
            return method.equals("HEAD") ? connection.head() : connection.readResponse();
        }
    }

    private static HttpResponse<InputStream> compressed(URI uri) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(uri)
                            .header("Accept-Encoding", "deflate, gzip;q=0.8, br")
                            .build(),
                    BodyHandlers.ofInputStream());
        }
    }

    @Test
    void browsersOnThisHostGetThePage() throws Exception {
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();

            RawHttp.Response typed = request(sidecar, "GET", "/", "Host: localhost:9191", "Sec-Fetch-Site: none");
            assertThat(typed.status()).isEqualTo(200);
            assertThat(typed.head())
                    .contains(
                            "content-type: text/html; charset=utf-8",
                            "content-security-policy: default-src 'self'; base-uri 'none'; form-action 'none';"
                                    + " frame-ancestors 'none'",
                            "cross-origin-resource-policy: same-origin",
                            "referrer-policy: no-referrer",
                            "x-content-type-options: nosniff",
                            "vary: accept-encoding",
                            "cache-control: no-store");
            assertThat(typed.body())
                    .startsWith("<!DOCTYPE html>")
                    .contains("Callers get a token.")
                    .endsWith("</html>\n");
            for (String path : PATHS) {
                assertThat(request(sidecar, "GET", path, "Host: [::1]", "Sec-Fetch-Site: same-origin")
                                .status())
                        .as(path)
                        .isEqualTo(200);
                RawHttp.Response head = request(sidecar, "HEAD", path, "Host: 127.0.0.1");
                assertThat(head.status()).isEqualTo(200);
                assertThat(head.head()).anyMatch(line -> line.matches("content-length: [1-9]\\d*"));
            }
        }
    }

    @Test
    void nobodyElseGetsIt() throws Exception {
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitLive();

            for (String path : PATHS) {
                assertThat(List.of(
                                request(sidecar, "GET", path, "Host: evil.example")
                                        .status(),
                                request(sidecar, "GET", path, "Host: localhost", "Sec-Fetch-Site: cross-site")
                                        .status(),
                                request(sidecar, "GET", path, "Host: localhost", "Sec-Fetch-Site: same-site")
                                        .status(),
                                request(sidecar, "GET", path, "Host: localhost", "Origin: http://localhost")
                                        .status(),
                                request(sidecar, "GET", path, "Host: localhost", "X-Forwarded-For: 10.0.0.1")
                                        .status()))
                        .as(path)
                        .containsOnly(403);
                for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS", "PATCH")) {
                    assertThat(request(sidecar, method, path, "Host: localhost", "Content-Length: 0")
                                    .status())
                            .as("%s %s", method, path)
                            .isEqualTo(405);
                }
                assertThat(request(sidecar, "GET", path, "Host: localhost", "Content-Length: 1")
                                .status())
                        .isEqualTo(400);
            }
            assertThat(request(sidecar, "GET", "/demo.js", "Host: localhost").status())
                    .as("the buttons of dev mode are not packaged")
                    .isEqualTo(404);
            assertThat(request(sidecar, "POST", "/demo/callers", "Host: localhost", "Sec-Fetch-Site: same-origin")
                            .status())
                    .isEqualTo(404);
            // probes and scrapes come from everywhere, as before
            assertThat(request(sidecar, "GET", "/q/health/live", "Host: 10.0.0.7:9191")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void thePageComesCompressedWhereABrowserAcceptsThat() throws Exception {
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();

            for (String path : PATHS) {
                HttpResponse<InputStream> response = compressed(sidecar.management(path));
                assertThat(response.headers().firstValue("Content-Encoding")).contains("gzip");
                byte[] body = response.body().readAllBytes();
                assertThat(unzipped(body)).hasSizeGreaterThan(200).contains(path.equals("/page.js") ? "fetch(" : ">");
            }
            assertThat(request(sidecar, "GET", "/", "Host: localhost", "Accept-Encoding: gzip;q=0, identity")
                            .head())
                    .noneMatch(line -> line.startsWith("content-encoding"));
        }
    }

    private static String unzipped(byte[] body) throws IOException {
        try (InputStream gzip = new GZIPInputStream(new ByteArrayInputStream(body))) {
            return new String(gzip.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void oneKeySwitchesItOff() throws Exception {
        testBed.set("SIDECAR_PAGE_ENABLED", "false");
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();

            for (String path : PATHS) {
                assertThat(request(sidecar, "GET", path, "Host: localhost").status())
                        .as(path)
                        .isEqualTo(404);
            }
        }
    }

    /** The values that callers and the authorization server know, in any form. */
    @Test
    void noSecretIsOnThePage() throws Exception {
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            String token = testBed.get(sidecar.api("/token"), Map.of("Accept", "text/plain"))
                    .body();
            testBed.server().killAllSessions();
            var unused = testBed.post(sidecar.api("/token/rejected"), "", Map.of("Authorization", "Bearer " + token));
            sidecar.awaitState("dead");

            RawHttp.Response page = request(sidecar, "GET", "/", "Host: localhost");

            assertThat(page.body()).contains("invalid_grant", "log in again");
            SecretSearch secrets = new SecretSearch();
            secrets.addInAnyForm(testBed.server().accessTokens().keySet());
            secrets.addInAnyForm(testBed.server().refreshTokens());
            secrets.addInAnyForm(List.of(DemoOptions.CLIENT_SECRET));
            assertThat(secrets.leaks(Map.of("token", List.of(token)))).isNotEmpty();
            assertThat(secrets.leaks(Map.of("page", List.of(page.body())))).isEmpty();
        }
    }

    @Test
    void itCostsNothingUntilSomebodyOpensIt() throws Exception {
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            if (!PackagedApplication.isNative()) {
                assertThat(Jcmd.run(sidecar.pid(), "VM.class_hierarchy"))
                        .contains("dev.tokensidecar.page.PageHandlers")
                        .doesNotContain("dev.tokensidecar.page.PageHtml", "dev.tokensidecar.page.TokenHtml");
            }
            var unused = testBed.get(sidecar.management("/q/metrics"));
            int before = ProcessMemory.of(sidecar.pid()).residentMegabytes();

            for (int i = 0; i < VISITS; i++) {
                assertThat(testBed.get(sidecar.management("/")).statusCode()).isEqualTo(200);
            }

            int after = ProcessMemory.of(sidecar.pid()).residentMegabytes();
            Figures.record(
                    "page", "visits=%d resident_before_mb=%d resident_after_mb=%d".formatted(VISITS, before, after));
        }
    }
}
