package dev.tokensidecar.testing.measurement;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Records the figures of a suite: prints a line and appends it to {@code target/figures.txt}. */
public final class Figures {

    private static final Path FILE = Path.of("target", "figures.txt");

    private Figures() {}

    /** Records {@code key=value} pairs under the name of the suite. */
    public static void record(String suite, String figures) {
        String line = suite + " " + figures;
        System.out.println(line);
        try {
            Files.writeString(FILE, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
