package dev.tokensidecar.app;

import dev.tokensidecar.testing.process.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A process of another user that connects to each socket below a directory as soon as it exists. */
final class SocketIntruder {

    private SocketIntruder() {}

    static ChildProcess start(int user, Path directory) {
        return ChildProcess.start(
                List.of(
                        "setpriv",
                        "--reuid=" + user,
                        "--regid=" + user,
                        "--clear-groups",
                        "--",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-cp",
                        Path.of("target", "test-classes").toAbsolutePath().toString(),
                        SocketIntruder.class.getName(),
                        directory.toString()),
                Map.of(),
                Path.of("target", "SocketIntruder.log"));
    }

    /** Prints a line when a connection succeeds. Runs until the test ends it. */
    public static void main(String[] arguments) {
        Path directory = Path.of(arguments[0]);
        System.out.println("ready");
        while (true) {
            list(directory).forEach(found -> {
                connect(found);
                list(found).forEach(SocketIntruder::connect);
            });
        }
    }

    private static List<Path> list(Path directory) {
        try (Stream<Path> found = Files.list(directory)) {
            return found.toList();
        } catch (IOException | UncheckedIOException closed) {
            return List.of();
        }
    }

    private static void connect(Path path) {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            System.out.println("connected to " + path + " " + channel.isConnected());
        } catch (IOException refused) {
            // expected
        }
    }
}
