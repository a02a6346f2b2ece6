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

/**
 * The logs of the applications in one namespace. The kubelet deletes the log of a container with its pod, so this opens each as
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
     */
    record Content(String pod, String text) {}

    private record Log(String pod, InputStream file, ByteArrayOutputStream content) {

        Content read() {
            try {
                var unused = file.transferTo(content);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return new Content(pod, content.toString(StandardCharsets.UTF_8));
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
        try (DirectoryStream<Path> files = Files.newDirectoryStream(pod.resolve("application"))) {
            for (Path file : files) {
                if (!logs.containsKey(file)) {
                    String name = pod.getFileName().toString().split("_", -1)[1];
                    logs.put(file, new Log(name, Files.newInputStream(file), new ByteArrayOutputStream()));
                }
            }
        } catch (IOException notYetOrNoLonger) {
            // the next look finds it, unless the pod has ended before its application began
        }
    }

    /** Returns the logs so far. */
    synchronized List<Content> read() {
        return logs.values().stream().map(Log::read).toList();
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        follower.interrupt();
        for (Log log : logs.values()) {
            log.file().close();
        }
    }
}
