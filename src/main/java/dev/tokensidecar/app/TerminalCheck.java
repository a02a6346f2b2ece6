package dev.tokensidecar.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Finds out whether people see the standard output. */
final class TerminalCheck {

    private static final Path OUTPUT = Path.of("/proc/self/fd/1");
    private static final Pattern TERMINAL = Pattern.compile("/dev/(pts/\\d+|tty.*|console)");

    private TerminalCheck() {}

    /** Asks the kernel, or else the shell. {@link System#console()} does not tell, from Java 22 on. */
    static boolean isOutputShown() {
        try {
            return Files.isSymbolicLink(OUTPUT)
                    ? TERMINAL.matcher(Files.readSymbolicLink(OUTPUT).toString())
                            .matches()
                    : isTerminal();
        } catch (IOException unknown) {
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static boolean isTerminal() throws IOException, InterruptedException {
        return new ProcessBuilder("test", "-t", "1").inheritIO().start().waitFor() == 0;
    }
}
