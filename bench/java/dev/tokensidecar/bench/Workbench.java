package dev.tokensidecar.bench;

import dev.tokensidecar.testing.process.AssembledImage;
import dev.tokensidecar.testing.process.SidecarProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Provides the scenarios with a directory, an authorization server and commands that start the sidecar. */
final class Workbench {

    private static final Path PLAIN_JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");

    private final Path directory;
    private final Options options;

    Workbench(Path directory, Options options) {
        this.directory = directory;
        this.options = options;
    }

    RunPlan runPlan() {
        return options.smoke() ? RunPlan.SMOKE : RunPlan.FULL;
    }

    /** Returns a file or directory of a scenario. */
    Path path(String name) {
        return directory.resolve(name);
    }

    /** Returns the {@code java} command of this process. */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Returns the command of the JVM image, with the memory limit of the examples' pods. */
    List<String> image() {
        return image(AssembledImage.LIMIT);
    }

    /** Returns the command of the JVM image with another memory limit. */
    List<String> image(String limit) {
        return new AssembledImage(path("java"), path("app")).command(limit);
    }

    /** Returns the command that starts the same application without a tuned JVM. */
    List<String> plain() {
        return List.of(java(), "-jar", PLAIN_JAR.toAbsolutePath().toString());
    }

    /** Returns the command of the native executable, if the options name one. */
    Optional<List<String>> nativeExecutable() {
        return Optional.ofNullable(options.nativeBinary())
                .map(binary -> List.of(binary.toAbsolutePath().toString()));
    }

    /** Starts an authorization server with a session. Its access tokens have this lifetime. */
    AuthorizationServer server(String name, Duration lifetime) throws IOException, InterruptedException {
        return AuthorizationServer.start(path(name), lifetime);
    }

    /** Starts the JVM image with additional settings, and waits for the first token. */
    SidecarProcess sidecar(AuthorizationServer server, Map<String, String> extraSettings) throws InterruptedException {
        return started(start(image(), server, extraSettings));
    }

    /** Starts the JVM image with a memory limit, and waits for the first token. */
    SidecarProcess limitedSidecar(AuthorizationServer server, String limit) throws InterruptedException {
        return started(start(image(limit), server, Map.of()));
    }

    private static SidecarProcess started(SidecarProcess sidecar) throws InterruptedException {
        try {
            sidecar.awaitStarted();
            return sidecar;
        } catch (RuntimeException | InterruptedException failed) {
            sidecar.close();
            throw failed;
        }
    }

    /** Starts the sidecar with a command. Does not wait. */
    SidecarProcess start(List<String> command, AuthorizationServer server, Map<String, String> extraSettings) {
        Map<String, String> settings = new HashMap<>(server.settings());
        settings.putAll(extraSettings);
        return SidecarProcess.startCommand(command, settings, path("sidecar.log"));
    }
}
