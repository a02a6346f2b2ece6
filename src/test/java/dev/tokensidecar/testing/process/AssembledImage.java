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

    private static final String ENVIRONMENT = "ENV MALLOC_";

    /**
     * Returns the entry point of the image with the paths of this machine.
     *
     * @param limit the total memory that the JVM assumes
     */
    public List<String> command(String limit) {
        return Stream.of(
                        Stream.of("/usr/bin/env"),
                        environment(),
                        Stream.of(
                                runtime.resolve("bin").resolve("java").toString(),
                                "-XX:MaxRAM=" + limit,
                                "-XX:AOTMode=on",
                                "-XX:AOTCache=" + application.resolve("app.aot"),
                                "-jar",
                                application.resolve("quarkus-run.jar").toString()))
                .flatMap(part -> part)
                .toList();
    }

    private static Stream<String> environment() {
        try (Stream<String> lines = Files.lines(Path.of("Dockerfile.jvm"))) {
            String assignments = lines.filter(line -> line.startsWith(ENVIRONMENT))
                    .map(line -> line.substring("ENV ".length()))
                    .findFirst()
                    .orElseThrow();
            return Stream.of(assignments.split(" "));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
