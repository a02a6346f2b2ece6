package dev.tokensidecar.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Vertx;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Exercises the packaged sidecar during the image build, so that the JVM can cache what it learns (JEP 483, 515): a start,
 * the first token over TLS, all requests of callers and probes, a failed refresh, SIGTERM.
 *
 * <p>The arguments are the command that starts the sidecar, such as {@code java -XX:AOTCacheOutput=app.aot -jar
 * quarkus-run.jar}. The authorization server is the demo's, on a free port of the loopback interface.
 */
public final class TrainingRun {

    private static final int ROUNDS = 50;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);
    private static final String PASSWORD = "training";

    private final HttpClient client = HttpClient.newHttpClient();
    private final int port = freePort();
    private final int managementPort = freePort();
    private final Path directory;

    private TrainingRun(Path directory) {
        this.directory = directory;
    }

    /** Runs the command, exercises the sidecar, and ends it. */
    public static void main(String[] command) throws Exception {
        Path directory = Files.createTempDirectory("training");
        try {
            new TrainingRun(directory).run(List.of(command));
        } finally {
            delete(directory);
        }
    }

    private void run(List<String> command) throws Exception {
        Vertx vertx = Vertx.vertx();
        DemoOptions options = DemoOptions.builder()
                .certificate(certificate())
                .accessTokenLifetime(Duration.ofMinutes(10))
                .build();
        try (DemoAuthorizationServer server = DemoAuthorizationServer.start(vertx, options)) {
            ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
            builder.environment().putAll(settings(server));
            Process sidecar = builder.start();
            try {
                exercise(server);
            } finally {
                sidecar.destroy();
            }
            require(sidecar.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS), "the sidecar does not stop");
            require(sidecar.exitValue() == 0, "the sidecar exited with " + sidecar.exitValue());
        } finally {
            Blocking.join(vertx.close(), "stop Vert.x");
        }
    }

    /** Puts the certificate into the JVM's trust store, as most deployments do. */
    private Map<String, String> settings(DemoAuthorizationServer server) throws IOException {
        Path secret = directory.resolve("client-secret");
        Path refreshToken = directory.resolve("refresh-token");
        SecretFileWriter.write(secret, DemoOptions.CLIENT_SECRET);
        SecretFileWriter.write(refreshToken, server.newSession());
        return Map.of(
                "JAVA_TOOL_OPTIONS",
                "-Djavax.net.ssl.trustStore=" + keyStore() + " -Djavax.net.ssl.trustStorePassword=" + PASSWORD,
                "QUARKUS_HTTP_PORT",
                Integer.toString(port),
                "QUARKUS_MANAGEMENT_PORT",
                Integer.toString(managementPort),
                "QUARKUS_MANAGEMENT_HOST",
                "127.0.0.1",
                "SIDECAR_TOKEN_AUTHORIZATION_SERVER_ISSUER",
                server.issuer(),
                "SIDECAR_TOKEN_CLIENT_ID",
                DemoOptions.CLIENT_ID,
                "SIDECAR_TOKEN_CLIENT_SECRET_FILE",
                secret.toString(),
                "SIDECAR_TOKEN_STORE_REFRESH_TOKEN_FILE",
                refreshToken.toString(),
                "SIDECAR_TOKEN_STORE_FILE",
                directory.resolve("stored").toString());
    }

    private void exercise(DemoAuthorizationServer server) throws Exception {
        for (int attempt = 0; !started(); attempt++) {
            require(attempt < TIMEOUT.dividedBy(POLL_INTERVAL), "no token within " + TIMEOUT);
            Thread.sleep(POLL_INTERVAL);
        }
        for (int round = 0; round < ROUNDS; round++) {
            callers();
            probes();
        }
        server.faults().next(Fault.status(503));
        get(port, "/token?rejected=" + sha256(token()));
    }

    private boolean started() throws InterruptedException {
        try {
            HttpRequest probe = request(managementPort, "/q/health/started").build();
            return client.send(probe, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notStarted) {
            return false;
        }
    }

    private void callers() throws Exception {
        String token = token();
        for (String path : List.of("/token", "/token?min_ttl=60", "/token?min_ttl=none", "/tokens/none", "/status")) {
            get(port, path);
        }
        get(port, "/token?rejected=" + sha256(token + "another"));
        send(request(port, "/token/rejected")
                .header("Authorization", "Bearer " + token + "another")
                .POST(BodyPublishers.noBody()));
    }

    private void probes() throws Exception {
        for (String path : List.of("/q/health/started", "/q/health/ready", "/q/health/live", "/q/metrics")) {
            get(managementPort, path);
        }
    }

    private String token() throws Exception {
        HttpRequest tokenRequest =
                request(port, "/token").header("Accept", "text/plain").build();
        return client.send(tokenRequest, BodyHandlers.ofString()).body();
    }

    private void get(int targetPort, String path) throws Exception {
        send(request(targetPort, path));
    }

    private void send(HttpRequest.Builder request) throws Exception {
        var unused = client.send(request.build(), BodyHandlers.discarding());
    }

    private static HttpRequest.Builder request(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(TIMEOUT);
    }

    private Path keyStore() {
        return directory.resolve("certificate.p12");
    }

    private PfxOptions certificate() throws Exception {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        List<String> command = List.of(
                keytool.toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=training",
                "-ext",
                "SAN=ip:127.0.0.1",
                "-alias",
                "training",
                "-keystore",
                keyStore().toString(),
                "-storepass",
                PASSWORD);
        require(new ProcessBuilder(command).inheritIO().start().waitFor() == 0, "keytool made no certificate");
        return new PfxOptions().setPath(keyStore().toString()).setPassword(PASSWORD);
    }

    private static String sha256(String token) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8)));
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalStateException(message);
        }
    }
}
