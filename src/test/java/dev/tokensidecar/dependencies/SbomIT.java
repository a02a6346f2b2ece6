package dev.tokensidecar.dependencies;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The list of libraries is complete. */
class SbomIT {

    private static final Path LIBRARIES = Path.of("target", "quarkus-app", "lib");

    @Test
    void itListsEveryJarOfTheApplication() throws IOException {
        Set<String> parts = Part.ofTheApplication().stream()
                .map(part -> part.name().replace(':', '.') + "-" + part.version())
                .collect(Collectors.toSet());

        assertThat(jars()).isNotEmpty().allSatisfy(jar -> assertThat(parts).anyMatch(jar::startsWith));
    }

    @Test
    void itListsNoTestLibrary() throws IOException {
        assertThat(Part.ofTheApplication())
                .extracting(Part::name)
                .doesNotContain(
                        "org.junit.jupiter:junit-jupiter-api",
                        "org.assertj:assertj-core",
                        "com.tngtech.archunit:archunit",
                        "org.apache.maven:maven-artifact");
    }

    private static List<String> jars() throws IOException {
        try (Stream<Path> files = Files.walk(LIBRARIES)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".jar"))
                    .toList();
        }
    }
}
