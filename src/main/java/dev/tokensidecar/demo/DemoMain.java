package dev.tokensidecar.demo;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Runs the demo authorization server as its own process.
 *
 * <p>Options, with their defaults:
 *
 * <ul>
 *   <li>{@code --address=127.0.0.1}, {@code --port=8190}: where it listens.
 *   <li>{@code --issuer=URL}: the issuer; {@code http://127.0.0.1} with the port if it is not set.
 *   <li>{@code --access-token-lifetime=30s}, {@code --grace=0s}, {@code --jwt=false}: see {@link DemoOptions}.
 *   <li>{@code --refresh-token=VALUE}: the refresh token of the first session; a random one if it is not set.
 *   <li>{@code --directory=target/demo}: where it writes that refresh token and the secret of {@code demo-client}.
 * </ul>
 *
 * <p>The environment variables {@code DEMO_ADDRESS}, {@code DEMO_ACCESS_TOKEN_LIFETIME} and so on set them as well. Once the
 * port is open, three lines on standard output name the issuer and the two files.
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
                        .address(option("address", DemoOptions.LOOPBACK))
                        .port(Integer.parseInt(option("port", "8190")))
                        .issuer(option("issuer"))
                        .accessTokenLifetime(duration(option("access-token-lifetime", "30s")))
                        .grace(duration(option("grace", "0s")))
                        .refreshTokenFile(refreshTokenFile)
                        .jwt(Boolean.parseBoolean(option("jwt", "false")))
                        .build());
        SecretFileWriter.write(secretFile, DemoOptions.CLIENT_SECRET);
        logIn(server, option("refresh-token"));
        out.println("issuer=" + server.issuer());
        out.println("client-secret-file=" + secretFile);
        out.println("refresh-token-file=" + refreshTokenFile);
        return server;
    }

    private static void logIn(DemoAuthorizationServer server, @Nullable String refreshToken) throws IOException {
        var unused = refreshToken == null ? server.logIn() : server.logIn(refreshToken);
    }

    private String option(String name, String defaultValue) {
        return Objects.requireNonNullElse(option(name), defaultValue);
    }

    private @Nullable String option(String name) {
        String flag = "--" + name + "=";
        String variable = "DEMO_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
        return arguments.stream()
                .filter(argument -> argument.startsWith(flag))
                .map(argument -> argument.substring(flag.length()))
                .findFirst()
                .orElseGet(() -> environment.get(variable));
    }

    /** Reads {@code 30s} or {@code 1m30s} as well as the long form {@code PT30S}. */
    private static Duration duration(String text) {
        return Duration.parse(Character.isDigit(text.charAt(0)) ? "PT" + text : text);
    }
}
