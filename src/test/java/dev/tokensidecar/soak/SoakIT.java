package dev.tokensidecar.soak;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.RecordedRequest;
import dev.tokensidecar.testing.measurement.Figures;
import dev.tokensidecar.testing.measurement.Latencies;
import dev.tokensidecar.testing.process.ProcessResources;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hundreds of callers, a token lifetime of three seconds and one disturbance after the other, for {@code -Dsoak.seconds=N}
 * seconds. No response is wrong, no resource grows, and the authorization server gets no more requests than promised.
 *
 * <p>{@code -Dsoak.seed=N} repeats the choices of an earlier run.
 */
class SoakIT {

    private static final int DURATION_SECONDS = Integer.getInteger("soak.seconds", 40);
    private static final int CALLERS = 200;
    private static final long SEED = Long.getLong("soak.seed", System.nanoTime());

    private static final Duration WARM_UP = Duration.ofSeconds(15);
    private static final int SAMPLES = 12;
    private static final int MARGIN = 4;

    @TempDir
    Path directory;

    private final Latencies latencies = new Latencies();
    private final List<ProcessResources> samples = new ArrayList<>();
    private SidecarTestBed testBed;
    private Path store;

    @BeforeEach
    void open() throws IOException {
        DemoOptions options = DemoOptions.builder()
                .accessTokenLifetime(SoakSettings.LIFETIME)
                .grace(Duration.ofSeconds(30))
                .build();
        testBed = new SidecarTestBed(directory, Path.of("target", "SoakIT.log"), options);
        store = Files.createDirectory(directory.resolve("store"));
        testBed.set("SIDECAR_TOKEN_STORE_FILE", store.resolve("refresh-token").toString());
        SoakSettings.set(testBed);
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    @Test
    void noResponseIsWrongAndNoResourceGrows() throws Exception {
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            Disturbances disturbances = new Disturbances(testBed, sidecar, store, SEED);
            ResponseChecker checker = new ResponseChecker(testBed.server(), disturbances);
            runLoad(sidecar, disturbances, checker, WARM_UP);
            ProcessResources before = ProcessResources.of(sidecar);
            samples.clear();

            runLoad(sidecar, disturbances, checker, Duration.ofSeconds(DURATION_SECONDS));

            sidecar.awaitWaiters(0);
            ProcessResources after = ProcessResources.of(sidecar);
            Figures.record("soak", report(disturbances, checker, before, after));
            assertThat(checker.examples()).as("wrong answers").isEmpty();
            assertThat(latencies.count()).as("answers").isGreaterThan(100L * DURATION_SECONDS);
            assertSessionAlive(disturbances);
            assertThat(minutes(disturbances)).allMatch(RequestMinute::withinPromise);
            assertNoGrowth(before, after);
        }
    }

    private void runLoad(SidecarProcess sidecar, Disturbances disturbances, ResponseChecker checker, Duration time)
            throws Exception {
        Instant end = Instant.now().plus(time);
        try (RandomCallers callers = new RandomCallers(testBed.server(), sidecar, checker, latencies)) {
            callers.start(CALLERS, SEED);
            CompletableFuture<Void> schedule = CompletableFuture.runAsync(() -> disturbances.runUntil(end));
            while (!hasEnded(schedule, time.dividedBy(SAMPLES))) {
                samples.add(ProcessResources.of(sidecar));
            }
        }
    }

    private static boolean hasEnded(CompletableFuture<Void> task, Duration wait)
            throws InterruptedException, ExecutionException {
        try {
            task.get(wait.toSeconds(), SECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    private void assertSessionAlive(Disturbances disturbances) {
        assertThat(disturbances.token().getString("state")).isEqualTo("idle");
        assertThat(testBed.server().stats().reuseDetections()).isZero();
        assertThat(testBed.server().stats().maxInFlight()).isEqualTo(1);
    }

    private List<RequestMinute> minutes(Disturbances disturbances) {
        List<Instant> arrivals = testBed.server().requests().stream()
                .map(RecordedRequest::arrivedAt)
                .toList();
        return RequestMinute.all(arrivals, disturbances);
    }

    private void assertNoGrowth(ProcessResources before, ProcessResources after) {
        assertThat(minMegabytes(lastThird()))
                .as("live heap")
                .isLessThan(minMegabytes(firstThird()) + ProcessResources.margin());
        assertThat(after.threads()).as("threads").isLessThanOrEqualTo(before.threads() + MARGIN);
        assertThat(after.descriptors()).as("descriptors").isLessThanOrEqualTo(before.descriptors() + MARGIN);
    }

    private List<ProcessResources> firstThird() {
        return samples.subList(0, samples.size() / 3);
    }

    private List<ProcessResources> lastThird() {
        return samples.subList(samples.size() - samples.size() / 3, samples.size());
    }

    private static double minMegabytes(List<ProcessResources> samples) {
        return samples.stream()
                .mapToDouble(ProcessResources::liveMegabytes)
                .min()
                .orElseThrow();
    }

    private String report(
            Disturbances disturbances, ResponseChecker checker, ProcessResources before, ProcessResources after) {
        RequestMinute busiest = minutes(disturbances).stream()
                .max(Comparator.comparingLong(RequestMinute::requests))
                .orElseThrow();
        return String.format(
                Locale.ROOT,
                "seconds=%d callers=%d answers=%s wrong=%d troubles=%s posts=%d busiest_minute=%d promised_then=%d"
                        + " live_heap_mb=%.1f..%.1f threads=%d..%d descriptors=%d..%d"
                        + " p50_ms=%.1f p99_ms=%.1f max_ms=%.0f sessions_lost=%d seed=%d",
                DURATION_SECONDS,
                CALLERS,
                checker.outcomes(),
                checker.wrongResponses(),
                disturbances.summary(),
                testBed.server().stats().tokenRequests(),
                busiest.requests(),
                busiest.promised(),
                minMegabytes(firstThird()),
                minMegabytes(lastThird()),
                before.threads(),
                after.threads(),
                before.descriptors(),
                after.descriptors(),
                latencies.millis(0.5),
                latencies.millis(0.99),
                latencies.longestMillis(),
                testBed.server().stats().reuseDetections(),
                SEED);
    }
}
