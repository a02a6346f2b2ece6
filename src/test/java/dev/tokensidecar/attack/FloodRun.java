package dev.tokensidecar.attack;

import dev.tokensidecar.testing.http.RawHttp;
import dev.tokensidecar.testing.measurement.Figures;
import dev.tokensidecar.testing.process.ProcessMemory;
import dev.tokensidecar.testing.process.ProcessResources;
import dev.tokensidecar.testing.process.SidecarProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Floods an address of a scene while other callers request tokens, probe and scrape, and reports the effects on them.
 */
final class FloodRun {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);
    /** Makes the kernel restart the count of peak resident memory (proc(5)). */
    private static final String RESET_PEAK = "5";

    private final AttackScene scene;
    private final SidecarProcess sidecar;
    private final ListenAddress address;
    private final FloodPlan plan;
    private final Set<Path> files;
    private final Set<Path> newFiles = new HashSet<>();
    private final long descriptors;
    private final int logged;
    private int peak;
    private int peakAnonymous;

    private FloodRun(AttackScene scene, ListenAddress address, FloodPlan plan)
            throws IOException, InterruptedException {
        this.scene = scene;
        this.address = address;
        this.plan = plan;
        sidecar = scene.sidecar();
        files = files();
        descriptors = ProcessResources.descriptors(sidecar.pid());
        logged = sidecar.log().length();
        Files.writeString(Path.of("/proc", Long.toString(sidecar.pid()), "clear_refs"), RESET_PEAK);
    }

    /** Runs a flood for some time. */
    static FloodReport run(AttackScene scene, ListenAddress address, FloodPlan plan, Duration time) throws Exception {
        long end = System.nanoTime() + time.toNanos();
        return run(scene, address, plan, () -> System.nanoTime() - end >= 0);
    }

    /** Runs a flood until a condition holds or the process has ended. */
    static FloodReport run(AttackScene scene, ListenAddress address, FloodPlan plan, BooleanSupplier done)
            throws Exception {
        FloodReport report = new FloodRun(scene, address, plan).run(done);
        Figures.record("attack", report.toString());
        return report;
    }

    private FloodReport run(BooleanSupplier done) throws Exception {
        TokenCaller caller = new TokenCaller(sidecar.api("/").getPort());
        Probes probes = new Probes(sidecar.management("/").getPort());
        Flood flood = Flood.begin(address, plan);
        try (flood) {
            try (caller;
                    probes) {
                while (!done.getAsBoolean() && AttackScene.isAlive(sidecar)) {
                    LockSupport.parkNanos(POLL_INTERVAL.toNanos());
                    collectNewFiles();
                    sampleMemory();
                }
            }
        }
        Duration first = timeToFirstToken();
        sampleMemory();
        if (first.equals(TIMEOUT)) {
            scene.kill();
        }
        return new FloodReport(
                address + ": " + plan,
                sidecar,
                caller,
                probes,
                flood.responses(),
                flood.opened(),
                first,
                peak,
                peakAnonymous,
                sidecar.log().length() - logged,
                newFiles.size(),
                descriptorsLeft());
    }

    private void sampleMemory() {
        try {
            ProcessMemory now = ProcessMemory.of(sidecar.pid());
            peak = Math.max(peak, now.peakMegabytes());
            peakAnonymous = Math.max(peakAnonymous, now.anonymousMegabytes());
        } catch (IOException | NoSuchElementException ended) {
            // the report shows that the process has ended
        }
    }

    private void collectNewFiles() {
        files().stream().filter(file -> !files.contains(file)).forEach(newFiles::add);
    }

    private Set<Path> files() {
        try (Stream<Path> found = Files.walk(scene.temporary())) {
            return found.filter(Files::isRegularFile).collect(Collectors.toSet());
        } catch (IOException | UncheckedIOException removedMeanwhile) {
            return Set.of();
        }
    }

    private Duration timeToFirstToken() {
        long start = System.nanoTime();
        Duration elapsed = Duration.ZERO;
        while (elapsed.compareTo(TIMEOUT) < 0 && AttackScene.isAlive(sidecar)) {
            try (RawHttp connection = RawHttp.open(sidecar.api("/").getPort()).readTimeout(TIMEOUT.minus(elapsed))) {
                if (connection.send(Floods.get("/token")).readResponse().status() == 200) {
                    return Duration.ofNanos(System.nanoTime() - start);
                }
            } catch (UncheckedIOException | AssertionError notYet) {
                LockSupport.parkNanos(POLL_INTERVAL.toNanos());
            }
            elapsed = Duration.ofNanos(System.nanoTime() - start);
        }
        return TIMEOUT;
    }

    /** Counts descriptors after a while, because the sidecar closes the connections of the flood with a delay. */
    private long descriptorsLeft() throws IOException {
        long end = System.nanoTime() + CLOSE_TIMEOUT.toNanos();
        long left = Long.MAX_VALUE;
        while (AttackScene.isAlive(sidecar) && left > 2 && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(POLL_INTERVAL.toNanos());
            left = ProcessResources.descriptors(sidecar.pid()) - descriptors;
        }
        return left;
    }
}
