package dev.tokensidecar.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.testing.crypto.CertificateAuthority;
import dev.tokensidecar.testing.measurement.Figures;
import dev.tokensidecar.testing.process.AssembledImage;
import dev.tokensidecar.testing.process.ProcessMemory;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import dev.tokensidecar.testing.server.TlsTerminator;
import java.io.File;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Start time and memory of the content of the JVM image, compared with a plain {@code java -jar}. Start time is from the
 * start of the process to the first token at a caller, with TLS.
 */
@Timeout(600)
class StartIT {

    private static final int STARTS = Integer.getInteger("starts", 7);
    private static final int REQUESTS = 10_000;
    private static final int CALLERS = 20;
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(2);
    private static final int MAX_CHECKS = 10_000;
    private static final double PROMISED_RATIO = 0.35;
    private static final int PROMISED_MEGABYTES = 96;

    @TempDir
    Path directory;

    private SidecarTestBed testBed;
    private TlsTerminator front;

    @BeforeEach
    void open() throws Exception {
        testBed = new SidecarTestBed(directory, Path.of("target", "StartIT.log"), DemoOptions.defaults());
        CertificateAuthority authority = CertificateAuthority.make(directory, "authority");
        front = new TlsTerminator(testBed.server().port(), authority.issue("server"));
        testBed.set(
                "SIDECAR_TOKEN_AUTHORIZATION_SERVER_TOKEN_ENDPOINT",
                front.uri("/token").toString());
        testBed.set("JAVA_TOOL_OPTIONS", trustStoreOptions(authority));
    }

    /** Puts the CA into the default trust store: most servers have a certificate that the JVM trusts by default. */
    private String trustStoreOptions(CertificateAuthority authority) throws Exception {
        Path file = directory.resolve("trusted.p12");
        char[] password = "trusted".toCharArray();
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, password);
        store.setCertificateEntry("authority", authority.certificate());
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, password);
        }
        return "-Djavax.net.ssl.trustStore=" + file + " -Djavax.net.ssl.trustStorePassword=trusted";
    }

    @AfterEach
    void close() {
        front.close();
        testBed.close();
    }

    @Test
    void theImageServesTheFirstTokenInAThirdOfTheTime() throws Exception {
        List<Duration> plain = new ArrayList<>();
        List<Duration> cached = new ArrayList<>();
        for (int start = 0; start < STARTS; start++) {
            plain.add(timeToFirstToken(plain()));
            cached.add(timeToFirstToken(image()));
        }
        double ratio = (double) fastest(cached).toMillis() / fastest(plain).toMillis();

        Figures.record(
                "start",
                "starts=%d plain_ms=%d image_ms=%d ratio=%.2f"
                        .formatted(
                                STARTS,
                                fastest(plain).toMillis(),
                                fastest(cached).toMillis(),
                                ratio));
        assertThat(ratio).isLessThanOrEqualTo(PROMISED_RATIO);
    }

    @Test
    void memoryStaysSmallUnderLoad() throws Exception {
        ProcessMemory plain = memoryAfterRequests(plain());
        ProcessMemory image = memoryAfterRequests(image());

        Figures.record(
                "memory",
                "requests=%d plain_rss_mb=%d plain_anonymous_mb=%d image_rss_mb=%d image_anonymous_mb=%d ratio=%.2f"
                        .formatted(
                                REQUESTS,
                                plain.residentMegabytes(),
                                plain.anonymousMegabytes(),
                                image.residentMegabytes(),
                                image.anonymousMegabytes(),
                                (double) image.anonymousMegabytes() / plain.anonymousMegabytes()));
        assertThat(image.anonymousMegabytes()).isLessThanOrEqualTo(PROMISED_MEGABYTES);
    }

    private static List<String> plain() {
        String java = System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
        return List.of(java, "-jar", System.getProperty("sidecar.jar"));
    }

    private static List<String> image() {
        Path runtime = Path.of(System.getProperty("image.runtime"));
        return new AssembledImage(runtime, Path.of(System.getProperty("image.application")))
                .command(AssembledImage.LIMIT);
    }

    private Duration timeToFirstToken(List<String> command) throws InterruptedException {
        long start = System.nanoTime();
        try (SidecarProcess sidecar = testBed.startCommand(command)) {
            String token = firstToken(sidecar);
            Duration taken = Duration.ofNanos(System.nanoTime() - start);
            assertThat(testBed.apiAccepts(token)).isTrue();
            return taken;
        }
    }

    private String firstToken(SidecarProcess sidecar) {
        for (int look = 0; look < MAX_CHECKS; look++) {
            try {
                HttpResponse<String> response = SidecarTestBed.await(testBed.getAsync(sidecar.api("/token")));
                assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
                return response.body();
            } catch (CompletionException notYet) {
                LockSupport.parkNanos(CHECK_INTERVAL.toNanos());
            }
        }
        throw new AssertionError("no token: " + sidecar.log());
    }

    private ProcessMemory memoryAfterRequests(List<String> command) throws Exception {
        try (SidecarProcess sidecar = testBed.startCommand(command)) {
            sidecar.awaitStarted();
            for (int sent = 0; sent < REQUESTS; sent += CALLERS) {
                List<CompletableFuture<HttpResponse<String>>> pending = Stream.generate(
                                () -> testBed.getAsync(sidecar.api("/token")))
                        .limit(CALLERS)
                        .toList();
                assertThat(pending)
                        .allSatisfy(one -> assertThat(SidecarTestBed.await(one).statusCode())
                                .isEqualTo(200));
            }
            return ProcessMemory.of(sidecar.pid());
        }
    }

    /** Returns the run that the machine disturbed least. */
    private static Duration fastest(List<Duration> times) {
        return Collections.min(times);
    }
}
