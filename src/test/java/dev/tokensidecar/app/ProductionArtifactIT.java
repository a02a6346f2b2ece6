package dev.tokensidecar.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The shipped artifact contains neither the demo authorization server nor test classes. */
class ProductionArtifactIT {

    private static final Path TARGET = Path.of("target");
    private static final Path APPLICATION = TARGET.resolve("quarkus-app");
    private static final String DEMO = "dev/tokensidecar/demo/";
    private static final List<String> DEMO_NAMES =
            List.of("DemoAuthorizationServer", "dev/tokensidecar/demo", "dev.tokensidecar.demo");

    @Test
    void theArtifactContainsTheApplication() throws IOException {
        assertThat(jars(APPLICATION.resolve("app"), 1))
                .singleElement()
                .satisfies(jar -> assertThat(names(jar)).contains("dev/tokensidecar/token/TokenService.class"));
    }

    @Test
    void noJarContainsClassesOrResourcesOfTheDemo() throws IOException {
        assertThat(Files.isDirectory(Path.of("target", "demo-classes", DEMO))).isTrue();
        assertThat(allJars())
                .isNotEmpty()
                .allSatisfy(jar -> assertThat(names(jar)).noneMatch(name -> name.startsWith(DEMO)));
    }

    @Test
    void noJarContainsTestFiles() throws IOException {
        Set<String> tests = testFiles();

        assertThat(tests).contains("dev/tokensidecar/testing/process/SidecarProcess.class");
        assertThat(allJars()).allSatisfy(jar -> assertThat(names(jar)).doesNotContainAnyElementsOf(tests));
    }

    @Test
    void noFileOfTheApplicationNamesTheDemo() throws IOException {
        List<Path> own = Stream.of(
                        jars(TARGET, 1), jars(APPLICATION.resolve("app"), 1), jars(APPLICATION.resolve("quarkus"), 1))
                .flatMap(List::stream)
                .toList();

        assertThat(own).hasSizeGreaterThanOrEqualTo(3);
        assertThat(own).allSatisfy(ProductionArtifactIT::assertNamesNoDemo);
    }

    /** Ignores the copy of the POM, which names the demo to exclude it. */
    private static void assertNamesNoDemo(Path path) throws IOException {
        try (JarFile jar = new JarFile(path.toFile())) {
            for (JarEntry entry : jar.stream().toList()) {
                String content = new String(jar.getInputStream(entry).readAllBytes(), ISO_8859_1);
                boolean named = DEMO_NAMES.stream().anyMatch(content::contains);
                assertThat(named && !entry.getName().startsWith("META-INF/maven/"))
                        .as(entry.getName())
                        .isFalse();
            }
        }
    }

    private static List<Path> allJars() throws IOException {
        return Stream.of(jars(TARGET, 1), jars(APPLICATION, Integer.MAX_VALUE))
                .flatMap(List::stream)
                .toList();
    }

    private static List<Path> jars(Path directory, int depth) throws IOException {
        try (Stream<Path> files = Files.walk(directory, depth)) {
            return files.filter(file -> file.toString().endsWith(".jar")).toList();
        }
    }

    private static Set<String> names(Path path) {
        try (JarFile jar = new JarFile(path.toFile())) {
            return jar.stream().map(JarEntry::getName).collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All test files except the descriptions of packages, which exist in both trees. */
    private static Set<String> testFiles() throws IOException {
        Path root = TARGET.resolve("test-classes");
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString().replace('\\', '/'))
                    .filter(name -> !name.endsWith("package-info.class"))
                    .collect(Collectors.toSet());
        }
    }
}
