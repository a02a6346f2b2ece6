package dev.tokensidecar.kubernetes.pods;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The logs of all containers in one namespace. The kubelet deletes the log of a container with its pod, so this opens each as
 * soon as it appears and keeps it open.
 */
final class ContainerLogs implements AutoCloseable {

    private static final Duration INTERVAL = Duration.ofMillis(100);

    private final Path directory;
    private final String filter;
    private final Map<Path, Log> logs = new LinkedHashMap<>();
    private final Thread follower;
    private volatile boolean closed;

    /**
     * The log of one container.
     *
     * @param pod the name of its pod
     * @param container its name
     */
    record Content(String pod, String container, String text) {}

    private record Log(String pod, String container, InputStream file, ByteArrayOutputStream content) {

        Content read() {
            try {
                var unused = file.transferTo(content);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return new Content(pod, container, content.toString(StandardCharsets.UTF_8));
        }
    }

    /** @param directory the directory that the kubelet writes logs to */
    ContainerLogs(Path directory, String namespace) {
        this.directory = directory;
        this.filter = namespace + "_*";
        this.follower = Thread.ofVirtual().start(this::follow);
    }

    private void follow() {
        while (!closed) {
            openNew();
            LockSupport.parkNanos(INTERVAL.toNanos());
        }
    }

    private synchronized void openNew() {
        if (closed || !Files.isDirectory(directory)) {
            return;
        }
        try (DirectoryStream<Path> pods = Files.newDirectoryStream(directory, filter)) {
            for (Path pod : pods) {
                open(pod);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void open(Path pod) {
        // a directory for each container, and in it a file for each of its starts
        try (Stream<Path> files = Files.find(pod, 2, (file, attributes) -> attributes.isRegularFile())) {
            for (Path file : files.filter(file -> !logs.containsKey(file)).toList()) {
                String name = name(pod).split("_", -1)[1];
                String container = name(pod.relativize(file).getName(0));
                logs.put(file, new Log(name, container, Files.newInputStream(file), new ByteArrayOutputStream()));
            }
        } catch (IOException | UncheckedIOException notYetOrNoLonger) {
            // the next look finds it, unless the pod has ended before
        }
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }

    /** Returns the logs so far. */
    synchronized List<Content> read() {
        return logs.values().stream().map(Log::read).toList();
    }

    /** Keeps the logs in {@code target/pods}. */
    @Override
    public synchronized void close() throws IOException {
        closed = true;
        follower.interrupt();
        for (Content log : read()) {
            String file = filter.replace("_*", "-" + log.pod() + "-" + log.container() + ".log");
            Files.writeString(Cluster.LOGS.resolve(file), log.text());
        }
        for (Log log : logs.values()) {
            log.file().close();
        }
    }
}
