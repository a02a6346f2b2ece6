package dev.tokensidecar.testing.server;

import dev.tokensidecar.testing.process.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A real gateway with its configuration of {@code examples/gateways}, on a loopback port. */
public final class Gateway implements AutoCloseable {

    /** The secret in the configurations. */
    public static final String SECRET = "the-secret-of-the-gateway";

    private static final Path EXAMPLES = Path.of("examples", "gateways");
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** The gateways that there are. Debian has some of them; {@code install-gateways.sh} installs the others. */
    public enum Kind {
        NGINX("nginx"),
        CADDY("caddy"),
        HAPROXY("haproxy"),
        TRAEFIK("traefik"),
        /** Asks the sidecar about each request. */
        ENVOY_EXT_AUTHZ("envoy"),
        /** Watches a file of the sidecar. */
        ENVOY_CREDENTIAL_INJECTOR("envoy");

        private final String example;

        Kind(String example) {
            this.example = example;
        }

        private List<String> command(Path directory) {
            return switch (this) {
                case NGINX ->
                    List.of(
                            "/usr/sbin/nginx",
                            "-c",
                            directory + "/nginx.conf",
                            "-g",
                            "daemon off; pid " + directory + "/nginx.pid; error_log stderr;");
                case CADDY -> List.of("caddy", "run", "--config", directory + "/Caddyfile", "--adapter", "caddyfile");
                case HAPROXY -> List.of("/usr/sbin/haproxy", "-db", "-f", directory + "/haproxy.cfg");
                case TRAEFIK -> List.of(installed("traefik"), "--configFile=" + directory + "/traefik.yaml");
                case ENVOY_EXT_AUTHZ -> envoy(directory + "/ext-authz.yaml");
                case ENVOY_CREDENTIAL_INJECTOR -> envoy(directory + "/credential-injector.yaml");
            };
        }

        private static List<String> envoy(String configuration) {
            return List.of(
                    installed("envoy"), "--config-path", configuration, "--concurrency", "1", "--disable-hot-restart");
        }

        private static String installed(String program) {
            return System.getProperty("gateways.home") + "/" + program;
        }
    }

    private final int port = ChildProcess.freePort();
    private final ChildProcess process;

    /**
     * Starts a gateway.
     *
     * @param directory contains its configuration, the file with the token for {@link Kind#ENVOY_CREDENTIAL_INJECTOR}, and its
     *     log
     * @param sidecar the port of the sidecar for gateways
     * @param api the port of the API, on loopback
     */
    public Gateway(Kind kind, Path directory, int sidecar, int api) throws IOException, InterruptedException {
        this(kind, directory, sidecar, configuration -> withApi(configuration, api));
    }

    /**
     * Starts a gateway that calls the API over TLS, as {@code docs/gateways.md} says.
     *
     * @param api the port of the API, which has a certificate for {@code localhost} and {@code api.example.com}
     * @param authority the certificate of the API's authority
     */
    public static Gateway overTls(Kind kind, Path directory, int sidecar, int api, Path authority)
            throws IOException, InterruptedException {
        return new Gateway(kind, directory, sidecar, new GatewayTls(kind, api, authority)::added);
    }

    private Gateway(Kind kind, Path directory, int sidecar, UnaryOperator<String> api)
            throws IOException, InterruptedException {
        try (Stream<Path> files = Files.list(EXAMPLES.resolve(kind.example))) {
            for (Path file : files.toList()) {
                Files.writeString(
                        directory.resolve(file.getFileName()),
                        here(api.apply(Files.readString(file)), directory, sidecar));
            }
        }
        process = ChildProcess.start(
                kind.command(directory),
                Map.of("XDG_CONFIG_HOME", directory.toString(), "XDG_DATA_HOME", directory.toString()),
                directory.resolve("gateway.log"));
        process.awaitPort(kind.name(), port, TIMEOUT);
    }

    private static String withApi(String configuration, int api) {
        return configuration
                .replaceAll("api\\.example\\.com(, port_value: )80\\b", "127.0.0.1$1" + api)
                .replaceAll("api\\.example\\.com(:80)?", "127.0.0.1:" + api);
    }

    /** Moves a configuration to this machine. */
    private String here(String configuration, Path directory, int sidecar) {
        return configuration
                .replaceAll("\\b8080\\b", Integer.toString(port))
                .replaceAll("\\b8195\\b", Integer.toString(sidecar))
                .replaceAll("/(etc/haproxy|etc/traefik|tokens)/", directory + "/")
                .replaceAll("(?m)^http \\{\n", "http {\n    access_log off;\n")
                .replaceAll("(?m)^:(\\d+) \\{", "{\n\tadmin off\n}\n:$1 {");
    }

    /** Returns the address of a path of the API through the gateway. */
    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** Returns what the gateway has logged. */
    public String log() {
        return process.log();
    }

    @Override
    public void close() {
        process.close();
    }
}
