package dev.tokensidecar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/requirements.md lists every requirement, and exactly the tests that prove it. */
class RequirementsTest {

    private static final int REQUIREMENTS = 49;
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| (?<id>R\\d\\d) \\| (?<what>.+?) \\| .+? \\| (?<tests>.+) \\|$");
    private static final Pattern TEST = Pattern.compile("(?<class>\\w+)(?<addition>: .+)?");
    private static final Pattern LITERAL = Pattern.compile("\"([^\"]*)\"");
    private static final Pattern DISPLAY_NAME = Pattern.compile("@DisplayName\\([^\"]*((?:\"[^\"]*\"[\\s+]*)+)\\)");
    private static final Pattern WITH_ID = Pattern.compile(".* \\(R\\d\\d\\)");

    /** A row of the table; each test is its class and what it adds to the requirement. */
    private record Row(String id, String requirement, List<String> tests) {

        Stream<String> displayNames() {
            return tests.stream().map(this::displayName);
        }

        private String displayName(String test) {
            Matcher parts = TEST.matcher(test);
            assertThat(parts.matches()).as(id + " names " + test).isTrue();
            String addition = parts.group("addition");
            return "%s: %s%s (%s)".formatted(parts.group("class"), requirement, addition == null ? "" : addition, id);
        }
    }

    @Test
    void everyRequirementIsDocumentedOnce() throws IOException {
        assertThat(rows().map(Row::id))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, REQUIREMENTS)
                        .mapToObj("R%02d"::formatted)
                        .toList());
    }

    @Test
    void theDocumentNamesExactlyTheTestsWithAnId() throws IOException {
        try (Stream<Path> sources = Files.walk(Path.of("src", "test", "java"))) {
            assertThat(rows().flatMap(Row::displayNames))
                    .containsExactlyInAnyOrderElementsOf(
                            sources.filter(file -> file.toString().endsWith(".java"))
                                    .flatMap(RequirementsTest::displayNamesWithId)
                                    .toList());
        }
    }

    private static Stream<Row> rows() throws IOException {
        String plainText = Files.readString(Path.of("docs", "requirements.md")).replace("`", "");
        return ROW.matcher(plainText)
                .results()
                .map(row -> new Row(
                        row.group("id"),
                        row.group("what"),
                        List.of(row.group("tests").split("<br>", -1))));
    }

    private static Stream<String> displayNamesWithId(Path source) {
        String type = source.getFileName().toString().replace(".java", "");
        return DISPLAY_NAME
                .matcher(read(source))
                .results()
                .map(RequirementsTest::value)
                .filter(WITH_ID.asMatchPredicate())
                .map(name -> type + ": " + name);
    }

    private static String value(MatchResult displayName) {
        return LITERAL.matcher(displayName.group(1))
                .results()
                .map(literal -> literal.group(1))
                .collect(Collectors.joining());
    }

    private static String read(Path source) {
        try {
            return Files.readString(source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
