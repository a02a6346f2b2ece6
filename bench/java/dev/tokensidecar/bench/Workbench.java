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

/** What the scenarios work with: the commands that start the sidecar, an authorization server for it, and a directory. */
final class Workbench {

    private static final Path PLAIN = Path.of("target", "quarkus-app", "quarkus-run.jar");

    private final Path directory;
    private final Options options;

    Workbench(Path directory, Options options) {
        this.directory = directory;
        this.options = options;
    }

    Lengths lengths() {
        return options.smoke() ? Lengths.SMOKE : Lengths.FULL;
    }

    /** A file or directory of a scenario. */
    Path path(String name) {
        return directory.resolve(name);
    }

    /** The JVM of this process. */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** What the JVM image runs, under the limit of the examples' pods. */
    List<String> image() {
        return image(AssembledImage.LIMIT);
    }

    /** The same under another limit. */
    List<String> image(String limit) {
        return new AssembledImage(path("java"), path("app")).command(limit);
    }

    /** The same application, as the JDK starts it if nothing is done about it. */
    List<String> plain() {
        return List.of(java(), "-jar", PLAIN.toAbsolutePath().toString());
    }

    /** The native executable, if there is one. */
    Optional<List<String>> nativeExecutable() {
        return Optional.ofNullable(options.nativeBinary())
                .map(binary -> List.of(binary.toAbsolutePath().toString()));
    }

    /** An authorization server with access tokens of this life, and a session at it. */
    AuthorizationServer server(String name, Duration life) throws IOException, InterruptedException {
        return AuthorizationServer.start(path(name), life);
    }

    /** Starts what the image runs, with more settings than the usual ones, and waits for the first token. */
    SidecarProcess sidecar(AuthorizationServer server, Map<String, String> more) throws InterruptedException {
        return started(start(image(), server, more));
    }

    /** Starts what the image runs under this limit and waits for the first token. */
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

    /** Starts the sidecar by this command and waits for nothing. */
    SidecarProcess start(List<String> command, AuthorizationServer server, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(server.settings());
        settings.putAll(more);
        return SidecarProcess.startCommand(command, settings, path("sidecar.log"));
    }
}
