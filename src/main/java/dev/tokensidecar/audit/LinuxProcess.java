package dev.tokensidecar.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What {@code /proc} tells about a process (proc(5)). Reads {@code comm} and {@code cgroup}, which the kernel holds in memory:
 * neither reads the memory of the process, so neither waits for it.
 */
final class LinuxProcess {

    /** The id that container runtimes give to a container, in the name of its control group. */
    private static final Pattern CONTAINER = Pattern.compile("(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])");

    private final Path directory;

    /** @param proc {@code /proc} */
    LinuxProcess(Path proc, int pid) {
        this.directory = proc.resolve(Integer.toString(pid));
    }

    /** Returns its name, at most 15 bytes of its own choice. */
    String name() {
        String name = read("comm").strip();
        return name.isEmpty() ? CallerIdentity.UNKNOWN : name;
    }

    /** Returns the id of the innermost container. */
    String container() {
        return CONTAINER
                .matcher(read("cgroup"))
                .results()
                .map(MatchResult::group)
                .reduce((outer, inner) -> inner)
                .orElse(CallerIdentity.UNKNOWN);
    }

    private String read(String file) {
        try {
            return new String(Files.readAllBytes(directory.resolve(file)), UTF_8);
        } catch (IOException ended) {
            return "";
        }
    }
}
