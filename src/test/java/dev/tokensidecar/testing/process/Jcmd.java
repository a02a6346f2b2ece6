package dev.tokensidecar.testing.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs {@code jcmd} against another JVM. Needs a JDK and the user of that JVM. */
public final class Jcmd {

    private Jcmd() {}

    /** Returns the output of {@code jcmd <pid> <command>}. */
    public static String run(long pid, String... command) {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        List<String> commandLine = new ArrayList<>(List.of(jcmd, Long.toString(pid)));
        commandLine.addAll(List.of(command));
        try {
            Process process =
                    new ProcessBuilder(commandLine).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(commandLine + " failed: " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
