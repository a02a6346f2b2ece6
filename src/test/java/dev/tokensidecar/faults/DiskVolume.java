package dev.tokensidecar.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A small file system of its own: mounted for one test, and unmounted after it whatever happens. */
final class DiskVolume implements AutoCloseable {

    private static final int PAGE = 4096;
    private static final String FILL = "fill";

    private final Path source;
    private final Path path;

    private DiskVolume(Path source, Path path) {
        this.source = source;
        this.path = path;
    }

    /** Mounts one below the directory, seen through a bind mount as the containers of a pod see their volumes. */
    static DiskVolume mount(Path directory, int owner) throws IOException {
        Path source = Files.createDirectory(directory.resolve("node"));
        Path path = Files.createDirectory(directory.resolve("pod"));
        String options = "size=256k,nr_inodes=64,mode=0700,uid=%1$d,gid=%1$d".formatted(owner);
        run("mount", "-t", "tmpfs", "-o", options, "tmpfs", source.toString());
        run("mount", "--bind", source.toString(), path.toString());
        return new DiskVolume(source, path);
    }

    /** Where the sidecar sees it. */
    Path path() {
        return path;
    }

    /** Leaves so many pages of free space. */
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

    /** Leaves space, but none for another file. */
    void fillWithFiles() throws IOException {
        Path files = Files.createDirectory(path.resolve(FILL));
        try {
            for (int file = 0; ; file++) {
                Files.createFile(files.resolve(Integer.toString(file)));
            }
        } catch (IOException full) {
            // that was the last one
        }
    }

    /** Takes away what it was filled with. */
    void empty() throws IOException {
        List<Path> files = new ArrayList<>();
        try (var found = Files.walk(path.resolve(FILL))) {
            found.forEach(files::add);
        }
        for (Path file : files.reversed()) {
            Files.delete(file);
        }
    }

    /** Sets the bind mount alone to {@code ro} or {@code rw}. */
    void remount(String mode) throws IOException {
        run("mount", "-o", "remount,bind," + mode, path.toString());
    }

    /** Sets the file system to {@code ro} or {@code rw}, as the kernel does after an error; the bind mount stays as it is. */
    void remountBelow(String mode) throws IOException {
        run("mount", "-o", "remount," + mode, source.toString());
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
            String said = output.lines().collect(Collectors.joining("\n"));
            if (process.onExit().join().exitValue() != 0) {
                throw new IOException(String.join(" ", command) + " failed, it takes a root who may mount: " + said);
            }
        }
    }
}
