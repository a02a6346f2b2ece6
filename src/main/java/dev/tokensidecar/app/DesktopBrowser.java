package dev.tokensidecar.app;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The browser of the person who runs a command. */
final class DesktopBrowser {

    private final String opener;
    private final boolean available;

    /** @param system the name of the operating system */
    DesktopBrowser(String system, Map<String, String> environment) {
        boolean mac = system.startsWith("Mac");
        opener = mac ? "open" : "xdg-open";
        boolean display = mac || isSet(environment.get("DISPLAY")) || isSet(environment.get("WAYLAND_DISPLAY"));
        available = display && isOnPath(environment.getOrDefault("PATH", ""));
    }

    private static boolean isSet(@Nullable String variable) {
        return variable != null && !variable.isEmpty();
    }

    /** Whether this host can show a page. */
    boolean isAvailable() {
        return available;
    }

    /** Opens an address. Whether somebody sees it is not known. */
    void open(URI address) {
        try {
            var unused = new ProcessBuilder(opener, address.toString())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException unavailable) {
            // the command has printed the address too
        }
    }

    private boolean isOnPath(String path) {
        return Stream.of(path.split(File.pathSeparator, -1))
                .filter(directory -> !directory.isEmpty())
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, opener)));
    }
}
