package dev.tokensidecar.attack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A control group with the memory of the example's pod: the kernel kills a process that uses more. Where the test
 * cannot create one, only the JVM's own limits apply.
 */
final class MemoryLimit implements AutoCloseable {

    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final String JOIN = "echo $$ >\"$1\" && shift && exec \"$@\"";
    private static final int MAX_TRIES = 50;
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final @Nullable Path group;

    private MemoryLimit(@Nullable Path group) {
        this.group = group;
    }

    /** Creates a group in version 1 or 2 of control groups, whichever the machine has. */
    static MemoryLimit of(long bytes) {
        String name = "token-sidecar-attack-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
        Path first = ROOT.resolve("memory");
        boolean second = !Files.isDirectory(first);
        Path group = (second ? ROOT : first).resolve(name);
        try {
            if (second) {
                Files.writeString(ROOT.resolve("cgroup.subtree_control"), "+memory");
            }
            Files.createDirectory(group);
            Files.writeString(group.resolve(second ? "memory.max" : "memory.limit_in_bytes"), Long.toString(bytes));
            return new MemoryLimit(group);
        } catch (IOException notAllowed) {
            return new MemoryLimit(null);
        }
    }

    /** Returns a command prefix that joins the group and then executes the command after it. */
    List<String> prefix() {
        return group == null
                ? List.of()
                : List.of("sh", "-c", JOIN, "sh", group.resolve("cgroup.procs").toString());
    }

    /** Retries, because the kernel frees the group only after it has cleaned up its last process. */
    @Override
    public void close() throws IOException {
        for (int tries = 0; group != null && Files.exists(group); tries++) {
            try {
                Files.delete(group);
            } catch (IOException busy) {
                if (tries == MAX_TRIES) {
                    throw busy;
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }
}
