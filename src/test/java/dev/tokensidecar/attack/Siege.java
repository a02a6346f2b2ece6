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

/** Floods a door of a scene, with others who ask for tokens, probe and scrape meanwhile, and tells what it cost them. */
final class Siege {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration CLOSING = Duration.ofSeconds(3);
    /** Has the kernel count the most that is resident anew (proc(5)). */
    private static final String RESET_PEAK = "5";

    private final AttackScene scene;
    private final SidecarProcess sidecar;
    private final Door door;
    private final Plan plan;
    private final Set<Path> files;
    private final Set<Path> newFiles = new HashSet<>();
    private final long descriptors;
    private final int logged;
    private int peak;
    private int mostAnonymous;

    private Siege(AttackScene scene, Door door, Plan plan) throws IOException, InterruptedException {
        this.scene = scene;
        this.door = door;
        this.plan = plan;
        sidecar = scene.sidecar();
        files = files();
        descriptors = ProcessResources.descriptors(sidecar.pid());
        logged = sidecar.log().length();
        Files.writeString(Path.of("/proc", Long.toString(sidecar.pid()), "clear_refs"), RESET_PEAK);
    }

    /** Lets a flood go on for so long. */
    static Toll lay(AttackScene scene, Door door, Plan plan, Duration time) throws Exception {
        long end = System.nanoTime() + time.toNanos();
        return lay(scene, door, plan, () -> System.nanoTime() - end >= 0);
    }

    /** Lets a flood go on until that is so, or the process has ended. */
    static Toll lay(AttackScene scene, Door door, Plan plan, BooleanSupplier over) throws Exception {
        Toll toll = new Siege(scene, door, plan).run(over);
        Figures.record("attack", toll.toString());
        return toll;
    }

    private Toll run(BooleanSupplier over) throws Exception {
        Bystander bystander = new Bystander(sidecar.api("/").getPort());
        Probes probes = new Probes(sidecar.management("/").getPort());
        Flood flood = Flood.begin(door, plan);
        try (flood) {
            try (bystander;
                    probes) {
                while (!over.getAsBoolean() && AttackScene.isAlive(sidecar)) {
                    LockSupport.parkNanos(LOOK_AGAIN.toNanos());
                    lookForFiles();
                    lookAtMemory();
                }
            }
        }
        Duration first = timeToFirstToken();
        lookAtMemory();
        if (first.equals(PATIENCE)) {
            scene.giveUp();
        }
        return new Toll(
                door + ": " + plan,
                sidecar,
                bystander,
                probes,
                flood.answers(),
                flood.opened(),
                first,
                peak,
                mostAnonymous,
                sidecar.log().length() - logged,
                newFiles.size(),
                descriptorsLeft());
    }

    private void lookAtMemory() {
        try {
            ProcessMemory now = ProcessMemory.of(sidecar.pid());
            peak = Math.max(peak, now.peakMegabytes());
            mostAnonymous = Math.max(mostAnonymous, now.anonymousMegabytes());
        } catch (IOException | NoSuchElementException ended) {
            // which is told in another way
        }
    }

    private void lookForFiles() {
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
        long begun = System.nanoTime();
        Duration taken = Duration.ZERO;
        while (taken.compareTo(PATIENCE) < 0 && AttackScene.isAlive(sidecar)) {
            try (RawHttp connection = RawHttp.open(sidecar.api("/").getPort()).patience(PATIENCE.minus(taken))) {
                if (connection.say(Floods.get("/token")).next().status() == 200) {
                    return Duration.ofNanos(System.nanoTime() - begun);
                }
            } catch (UncheckedIOException | AssertionError notYet) {
                LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            }
            taken = Duration.ofNanos(System.nanoTime() - begun);
        }
        return PATIENCE;
    }

    /** Connections that the attackers have closed are closed here soon. */
    private long descriptorsLeft() throws IOException {
        long end = System.nanoTime() + CLOSING.toNanos();
        long left = Long.MAX_VALUE;
        while (AttackScene.isAlive(sidecar) && left > 2 && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            left = ProcessResources.descriptors(sidecar.pid()) - descriptors;
        }
        return left;
    }
}
