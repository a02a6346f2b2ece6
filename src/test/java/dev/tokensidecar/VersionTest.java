package dev.tokensidecar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images, manifests, the chart, documents and the OpenAPI document carry the version of the POM. */
class VersionTest {

    private static final Pattern OF_POM =
            Pattern.compile("<artifactId>token-sidecar</artifactId>\\s*<version>([^<]+)<");
    private static final Pattern OF_IMAGE =
            Pattern.compile("registry\\.example\\.com/token-sidecar(?:-demo)?:(\\d+(?:\\.\\d+)*)");

    @ParameterizedTest
    @CsvSource({
        "Dockerfile.jvm, ARG VERSION=(\\S+)",
        "Dockerfile.native, ARG VERSION=(\\S+)",
        "charts/token-sidecar/Chart.yaml, '(?m)^(?:version|appVersion): (\\S+)'",
        "docs/kubernetes.md, '(?m)^    version: (\\S+)$'",
        "k8s/native/kustomization.yaml, newTag: (\\S+)-native",
        "src/main/java/dev/tokensidecar/cli/Version.java, 'CURRENT = \"([^\"]+)\"'",
        "src/main/resources/openapi.yaml, 'version: (\\S+)'",
        "src/main/resources/openapi.json, '\"version\" : \"([^\"]+)\"'",
    })
    void theFileHasTheVersionOfThePom(Path file, Pattern version) {
        assertThat(matches(version, file)).containsOnly(versionOfPom());
    }

    @Test
    void everyNameOfTheImageHasTheVersionOfThePom() {
        assertThat(Stream.of(
                                "README.md",
                                "Dockerfile.jvm",
                                "Dockerfile.native",
                                "compose.yaml",
                                "docs",
                                "k8s",
                                "examples",
                                "src/test/sh")
                        .flatMap(VersionTest::textFiles)
                        .flatMap(file -> matches(OF_IMAGE, file).stream()))
                .hasSizeGreaterThan(5)
                .containsOnly(versionOfPom());
    }

    private static String versionOfPom() {
        return matches(OF_POM, Path.of("pom.xml")).getFirst();
    }

    private static List<String> matches(Pattern pattern, Path file) {
        try {
            return pattern.matcher(Files.readString(file))
                    .results()
                    .map(match -> match.group(1))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> textFiles(String root) {
        try (Stream<Path> files = Files.walk(Path.of(root))) {
            return files
                    .filter(file ->
                            Files.isRegularFile(file) && !file.toString().endsWith(".png"))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
