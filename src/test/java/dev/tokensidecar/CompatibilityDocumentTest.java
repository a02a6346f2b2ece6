package dev.tokensidecar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each row of docs/compatibility.md names a test that exists. */
class CompatibilityDocumentTest {

    private static final Path TESTS = Path.of("src", "test", "java");
    private static final Pattern ROW = Pattern.compile("^\\| .*\\| `(\\w+)\\.(\\w+)` \\|$");

    static List<Arguments> rows() throws IOException {
        List<String> rows;
        try (Stream<String> lines = Files.lines(Path.of("docs", "compatibility.md"))) {
            rows = lines.filter(line -> line.startsWith("| ") && !line.endsWith("| test |"))
                    .toList();
        }
        return rows.stream().map(Arguments::of).toList();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void eachRowIsATest(String row) throws IOException {
        var test = ROW.matcher(row);
        assertThat(test.matches()).as("a row ends with the name of its test").isTrue();
        Pattern method = Pattern.compile("void " + test.group(2) + "\\(");
        try (Stream<Path> files = Files.walk(TESTS)) {
            List<Path> sources =
                    files.filter(file -> file.endsWith(test.group(1) + ".java")).toList();
            assertThat(sources)
                    .anySatisfy(source -> assertThat(source).content().containsPattern(method));
        }
    }
}
