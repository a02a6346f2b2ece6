package dev.tokensidecar.demo;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Runs the demo authorization server as its own process.
 *
 * <p>Options are {@code --port=8190 --access-token-lifetime=30s --grace=0s --jwt=false --directory=target/demo}, or the
 * environment variables {@code DEMO_PORT}, {@code DEMO_ACCESS_TOKEN_LIFETIME}, {@code DEMO_GRACE}, {@code DEMO_JWT},
 * {@code DEMO_DIRECTORY}. Once the port is open, three lines on standard output name the issuer, the file with the secret of {@code demo-client} and the file
 * with the refresh token of a first session.
 */
public final class DemoMain {

    private final List<String> arguments;
    private final Map<String, String> environment;

    DemoMain(List<String> arguments, Map<String, String> environment) {
        this.arguments = arguments;
        this.environment = environment;
    }

    /** Runs until the process ends. */
    public static void main(String[] arguments) throws IOException {
        var unused = new DemoMain(List.of(arguments), System.getenv()).start(Vertx.vertx(), System.out);
    }

    DemoAuthorizationServer start(Vertx vertx, PrintStream out) throws IOException {
        Path directory = Path.of(option("directory", "target/demo")).toAbsolutePath();
        Path secretFile = directory.resolve("client-secret");
        Path refreshTokenFile = directory.resolve("refresh-token");
        DemoAuthorizationServer server = DemoAuthorizationServer.start(
                vertx,
                DemoOptions.builder()
                        .port(Integer.parseInt(option("port", "8190")))
                        .accessTokenLifetime(duration(option("access-token-lifetime", "30s")))
                        .grace(duration(option("grace", "0s")))
                        .jwt(Boolean.parseBoolean(option("jwt", "false")))
                        .build());
        SecretFileWriter.write(secretFile, DemoOptions.CLIENT_SECRET);
        SecretFileWriter.write(refreshTokenFile, server.newSession());
        out.println("issuer=" + server.issuer());
        out.println("client-secret-file=" + secretFile);
        out.println("refresh-token-file=" + refreshTokenFile);
        return server;
    }

    private String option(String name, String defaultValue) {
        String flag = "--" + name + "=";
        String variable = "DEMO_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
        return arguments.stream()
                .filter(argument -> argument.startsWith(flag))
                .map(argument -> argument.substring(flag.length()))
                .findFirst()
                .orElseGet(() -> environment.getOrDefault(variable, defaultValue));
    }

    /** Reads {@code 30s} or {@code 1m30s} as well as the long form {@code PT30S}. */
    private static Duration duration(String text) {
        return Duration.parse(Character.isDigit(text.charAt(0)) ? "PT" + text : text);
    }
}
