package dev.tokensidecar.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A small file system, mounted for one test and unmounted after it in any case. */
final class DiskVolume implements AutoCloseable {

    private static final int PAGE = 4096;
    private static final String FILL = "fill";

    private final Path source;
    private final Path path;

    private DiskVolume(Path source, Path path) {
        this.source = source;
        this.path = path;
    }

    /** Mounts a volume below the directory, with a bind mount in between as for the containers of a pod. */
    static DiskVolume mount(Path directory, int owner) throws IOException {
        Path source = Files.createDirectory(directory.resolve("node"));
        Path path = Files.createDirectory(directory.resolve("pod"));
        String options = "size=256k,nr_inodes=64,mode=0700,uid=%1$d,gid=%1$d".formatted(owner);
        run("mount", "-t", "tmpfs", "-o", options, "tmpfs", source.toString());
        run("mount", "--bind", source.toString(), path.toString());
        return new DiskVolume(source, path);
    }

    /** Returns the path as the sidecar sees it. */
    Path path() {
        return path;
    }

    /** Fills the volume up to this number of free pages. */
    void fill(int pagesLeft) throws IOException {
        Path file = path.resolve(FILL);
        try (OutputStream out = Files.newOutputStream(file)) {
            while (true) {
                out.write(new byte[PAGE]);
            }
        } catch (IOException full) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(channel.size() - (long) pagesLeft * PAGE);
            }
        }
    }

    /** Creates files until no more are possible; space stays free. */
    void fillWithFiles() throws IOException {
        Path files = Files.createDirectory(path.resolve(FILL));
        try {
            for (int file = 0; ; file++) {
                Files.createFile(files.resolve(Integer.toString(file)));
            }
        } catch (IOException full) {
            // no more files
        }
    }

    /** Deletes the files that filled the volume. */
    void empty() throws IOException {
        List<Path> files = new ArrayList<>();
        try (var found = Files.walk(path.resolve(FILL))) {
            found.forEach(files::add);
        }
        for (Path file : files.reversed()) {
            Files.delete(file);
        }
    }

    /** Remounts only the bind mount as {@code ro} or {@code rw}. */
    void remount(String mode) throws IOException {
        remountWhenIdle("remount,bind," + mode, path);
    }

    /**
     * Remounts the file system as {@code ro} or {@code rw}, as the kernel does after an error; the bind mount stays as it
     * is.
     */
    void remountBelow(String mode) throws IOException {
        remountWhenIdle("remount," + mode, source);
    }

    /** A file that is open for writing, if only to be locked, keeps a volume from becoming read-only. */
    private static void remountWhenIdle(String options, Path mounted) throws IOException {
        Instant end = Instant.now().plusSeconds(20);
        boolean done = false;
        while (!done) {
            try {
                run("mount", "-o", options, mounted.toString());
                done = true;
            } catch (IOException busy) {
                if (Instant.now().isAfter(end)) {
                    throw busy;
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            run("umount", "--lazy", path.toString());
        } finally {
            run("umount", "--lazy", source.toString());
        }
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var output = process.inputReader(UTF_8)) {
            String text = output.lines().collect(Collectors.joining("\n"));
            if (process.onExit().join().exitValue() != 0) {
                throw new IOException(
                        String.join(" ", command) + " failed, this test needs root and the right to mount: " + text);
            }
        }
    }
}
