package dev.tokensidecar.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokensidecar.testing.process.SidecarTestBed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;

/** Sets the wall clock of a running sidecar through libfaketime. The monotonic clock keeps its pace. */
final class FakeWallClock {

    private final Path file;
    private Duration ahead = Duration.ZERO;

    /** Prepares the sidecars of this test bed. */
    FakeWallClock(Path directory, SidecarTestBed testBed) throws IOException {
        file = directory.resolve("clock");
        set(Duration.ZERO);
        testBed.set("LD_PRELOAD", library());
        testBed.set("FAKETIME_TIMESTAMP_FILE", file.toString());
        testBed.set("FAKETIME_NO_CACHE", "1");
        testBed.set("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        // timed waits use the monotonic clock; with the fix a JVM would spin
        testBed.set("FAKETIME_FORCE_MONOTONIC_FIX", "0");
    }

    /** Finds the library: the wrapper program knows its path on each architecture. */
    private static String library() throws IOException {
        try {
            Process wrapper = new ProcessBuilder("faketime", "-m", "-f", "+0", "printenv", "LD_PRELOAD").start();
            try (var output = wrapper.inputReader(UTF_8)) {
                return output.readLine();
            }
        } catch (IOException missing) {
            throw new IOException("this test needs the program faketime (Debian package faketime)", missing);
        }
    }

    /** Sets the clock ahead of the real one by this offset, or behind it. */
    void set(Duration offset) throws IOException {
        Path next = Files.writeString(file.resolveSibling("clock.next"), "%+d".formatted(offset.toSeconds()));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        ahead = offset;
    }

    /** Returns the current time of the sidecar. */
    Instant now() {
        return Instant.now().plus(ahead);
    }
}
