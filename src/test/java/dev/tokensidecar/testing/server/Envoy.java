package dev.tokensidecar.testing.server;

import dev.tokensidecar.testing.process.ChildProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A real Envoy with the configuration of {@code examples/envoy}, on a loopback port. */
public final class Envoy implements AutoCloseable {

    private static final Path EXAMPLE = Path.of("examples", "envoy", "envoy.yaml");
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final int port = ChildProcess.freePort();
    private final ChildProcess process;

    /**
     * Starts Envoy.
     *
     * @param directory contains its configuration and its log
     * @param secret the file that it watches
     * @param api the port of the API, on loopback
     */
    public Envoy(Path directory, Path secret, int api) throws IOException, InterruptedException {
        String configuration = Files.readString(EXAMPLE)
                .replace("port_value: 8080", "port_value: " + port)
                .replace("/tokens/envoy.json", secret.toString())
                .replace("address: api.example.com, port_value: 80", "address: 127.0.0.1, port_value: " + api);
        process = ChildProcess.start(
                List.of(
                        System.getProperty("envoy.home") + "/envoy",
                        "--config-path",
                        Files.writeString(directory.resolve("envoy.yaml"), configuration)
                                .toString(),
                        "--concurrency",
                        "1",
                        "--disable-hot-restart"),
                Map.of(),
                directory.resolve("envoy.log"));
        process.await("Envoy", this::accepts, TIMEOUT);
    }

    /** Returns the address of a path of the API through Envoy. */
    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private boolean accepts() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
