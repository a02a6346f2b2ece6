package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The list of parts names everything that is shipped. */
class SbomIT {

    private static final Path LIBRARIES = Path.of("target", "quarkus-app", "lib");

    private final JsonObject sbom;

    SbomIT() throws IOException {
        sbom = new JsonObject(Files.readString(Path.of("target", "sbom.json")));
    }

    @Test
    void everyJarOfTheApplicationIsInIt() throws IOException {
        Set<String> parts = components()
                .map(part -> part.getString("group") + "." + part.getString("name") + "-" + part.getString("version"))
                .collect(Collectors.toSet());

        assertThat(jars()).isNotEmpty().allSatisfy(jar -> assertThat(parts).anyMatch(jar::startsWith));
    }

    @Test
    void nothingOfTheTestsIsInIt() {
        assertThat(components())
                .noneMatch(part ->
                        List.of("junit-jupiter-api", "assertj-core", "archunit").contains(part.getString("name")));
    }

    private Stream<JsonObject> components() {
        return sbom.getJsonArray("components").stream().map(JsonObject.class::cast);
    }

    private static List<String> jars() throws IOException {
        try (Stream<Path> files = Files.walk(LIBRARIES)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".jar"))
                    .toList();
        }
    }
}
