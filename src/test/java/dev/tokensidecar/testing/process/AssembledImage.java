package dev.tokensidecar.testing.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The result of {@code src/main/jvm/assemble}: the content of the JVM image, outside a container.
 *
 * @param runtime the Java runtime
 * @param application the application and its AOT cache
 */
public record AssembledImage(Path runtime, Path application) {

    /** The memory limit of the example pod. */
    public static final String LIMIT = "128m";

    private static final String VARIABLE = "ENV MALLOC_ARENA_MAX=";

    /**
     * Returns the entry point of the image with the paths of this machine.
     *
     * @param limit the total memory that the JVM assumes
     */
    public List<String> command(String limit) {
        return List.of(
                "/usr/bin/env",
                environment(),
                runtime.resolve("bin").resolve("java").toString(),
                "-XX:MaxRAM=" + limit,
                "-XX:AOTMode=on",
                "-XX:AOTCache=" + application.resolve("app.aot"),
                "-jar",
                application.resolve("quarkus-run.jar").toString());
    }

    private static String environment() {
        try (Stream<String> lines = Files.lines(Path.of("Dockerfile.jvm"))) {
            return lines.filter(line -> line.startsWith(VARIABLE))
                    .map(line -> line.substring("ENV ".length()))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
