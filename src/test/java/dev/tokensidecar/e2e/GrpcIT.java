package dev.tokensidecar.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.testing.process.ChildProcess;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients and servers of grpc-go and grpcio, with the packaged application between them. */
@Timeout(120)
class GrpcIT {

    private static final Path HOME = Path.of(System.getProperty("grpc.home")).toAbsolutePath();

    @TempDir
    Path directory;

    /** A program of {@code src/test/grpc}. */
    private static ProcessBuilder program(String language, String... arguments) {
        List<String> command = language.equals("go")
                ? List.of(HOME.resolve("go").toString())
                : List.of("/usr/bin/python3", "src/test/grpc/python/echo.py");
        ProcessBuilder builder = new ProcessBuilder(
                java.util.stream.Stream.concat(command.stream(), java.util.stream.Stream.of(arguments))
                        .toList());
        builder.environment().putAll(environment());
        return builder;
    }

    private static Map<String, String> environment() {
        return Map.of("PYTHONPATH", HOME.resolve("python").toString());
    }

    private ChildProcess serve(String language) throws InterruptedException {
        ChildProcess server = ChildProcess.start(
                program(language, "server").command(), environment(), directory.resolve("server.log"));
        server.await("the server", () -> server.log().endsWith("\n"), Duration.ofSeconds(30));
        return server;
    }

    /** Sends these lines, and returns what the client prints. */
    private static String call(String language, int port, String lines) throws IOException, InterruptedException {
        Process client = program(language, "client", "localhost:" + port)
                .redirectErrorStream(true)
                .start();
        try (var input = client.outputWriter(UTF_8)) {
            input.write(lines);
        }
        String output = new String(client.getInputStream().readAllBytes(), UTF_8);
        assertThat(client.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    @ParameterizedTest
    @CsvSource({"go, go", "go, python", "python, go", "python, python"})
    void aRejectedCallIsRepeatedAndStreamsPass(String clientLanguage, String serverLanguage) throws Exception {
        int port = ChildProcess.freePort();
        try (SidecarTestBed testBed =
                        new SidecarTestBed(directory, Path.of("target", "GrpcIT.log"), DemoOptions.defaults());
                ChildProcess server = serve(serverLanguage)) {
            testBed.set(
                    "SIDECAR_FORWARD_ECHO_TARGET",
                    "http://127.0.0.1:" + server.log().strip());
            testBed.set("SIDECAR_FORWARD_ECHO_PROTOCOL", "http2");
            testBed.set("SIDECAR_FORWARD_ECHO_PORT", Integer.toString(port));
            try (SidecarProcess sidecar = testBed.start()) {
                sidecar.awaitStarted();

                assertThat(call(clientLanguage, port, "one\ntwo\n")).isEqualTo("""
                        unary one
                        unary two
                        stream one
                        stream two
                        """);
                assertThat(testBed.get(sidecar.management("/q/metrics")).body())
                        .contains("token_sidecar_forwarded_total{forward=\"echo\",outcome=\"repeated\",} 1.0");
            }
        }
    }
}
