package dev.tokensidecar.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every log statement passes every value through {@code LogValue}, so that no text from a server, a file or a caller
 * can add a field or a line. docs/operations.md has a row for each. The demo of dev mode is exempt: it logs only what the
 * developer has written.
 */
class LogStatementsTest {

    private static final Path SOURCES = Path.of("src", "main", "java", "dev", "tokensidecar");
    private static final String LITERAL = "\"(?:[^\"\\\\]|\\\\.)*+\"";

    /** A call up to its closing parenthesis and semicolon. */
    private static final Pattern STATEMENT =
            Pattern.compile("\\bLOG\\s*\\.\\s*(\\w+)\\(((?:" + LITERAL + "|[^\";])*?)\\);");

    private static final Pattern USE = Pattern.compile("\\bLOG\\b(?!\\s*=)");
    private static final Pattern LOGGER = Pattern.compile("\\bLogger\\s+(\\w+)\\s*=\\s*Logger\\.getLogger");
    private static final Pattern CONSTANT = Pattern.compile("(?:" + LITERAL + "|\\s|\\+)*+");
    private static final Pattern PLACEHOLDER = Pattern.compile("%[a-z]");
    /** A row of the table of lines: the words that a line begins with, and when it has which level. */
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]+)` \\| ([^|]+) \\|");

    private static final Pattern ESCAPED = Pattern.compile("\\bLogValue\\.of\\(");

    private record Statement(Path file, String method, String arguments) {

        /** The text, without quotes, of a message that may consist of several literals. */
        private String message() {
            return Pattern.compile(LITERAL)
                    .matcher(arguments)
                    .results()
                    .map(literal -> literal.group().substring(1, literal.group().length() - 1))
                    .collect(Collectors.joining());
        }

        /** In capitals, as in the table; empty if it depends on what happened. */
        private String level() {
            return method.startsWith("log") ? "" : method.replaceFirst("f$", "").toUpperCase(Locale.ROOT);
        }

        private List<String> placeholders() {
            return Pattern.compile(LITERAL)
                    .matcher(arguments)
                    .results()
                    .map(MatchResult::group)
                    .flatMap(literal -> PLACEHOLDER.matcher(literal).results())
                    .map(MatchResult::group)
                    .toList();
        }
    }

    @Test
    void everyValueIsEscaped() throws IOException {
        assertThat(statements()).hasSizeGreaterThan(15).allSatisfy(LogStatementsTest::assertEscaped);
    }

    private static void assertEscaped(Statement statement) {
        if (!statement.method().endsWith("f")) {
            assertThat(statement.arguments()).matches(CONSTANT);
            return;
        }
        long escaped = ESCAPED.matcher(statement.arguments()).results().count();
        assertThat(statement.placeholders()).isSubsetOf("%s", "%d");
        assertThat(statement.placeholders().stream().filter("%s"::equals)).hasSize(Math.toIntExact(escaped));
        assertThat(statement.arguments()).doesNotContain("\\\"%s").doesNotContain("%s\\\"");
    }

    @Test
    void theOperatorsGuideHasEveryLineWithItsLevel() throws IOException {
        List<MatchResult> rows = rows();

        assertThat(statements())
                .allSatisfy(statement -> assertThat(rows)
                        .anyMatch(row -> statement.message().startsWith(row.group(1))
                                && row.group(2).contains(statement.level())));
    }

    @Test
    void theOperatorsGuideHasNoLineThatNobodyLogs() throws IOException {
        List<Statement> statements = statements();

        assertThat(rows())
                .extracting(row -> row.group(1))
                .allSatisfy(line -> assertThat(statements)
                        .anyMatch(statement -> statement.message().startsWith(line)));
    }

    private static List<MatchResult> rows() {
        String guide = read(Path.of("docs", "operations.md"));
        String section = guide.substring(guide.indexOf("\n## Log\n"), guide.indexOf("\n### Log as JSON\n"));
        return ROW.matcher(section).results().toList();
    }

    /** The other tests see only statements that match its pattern. */
    @Test
    void everyUseOfALoggerMatchesThePattern() throws IOException {
        assertThat(sources()).allSatisfy(file -> {
            String source = read(file);
            assertThat(LOGGER.matcher(source).results().map(logger -> logger.group(1)))
                    .allMatch(name -> name.equals("LOG") || name.equals("DEFECTS"));
            assertThat(STATEMENT.matcher(source).results().count())
                    .isEqualTo(USE.matcher(source).results().count());
            assertThat(source).doesNotContain("org.slf4j", "io.quarkus.logging", "System.Logger", "printStackTrace");
        });
    }

    private static List<Statement> statements() throws IOException {
        return sources()
                .flatMap(file -> STATEMENT.matcher(read(file)).results().map(it -> statement(file, it)))
                .toList();
    }

    private static Stream<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files
                    .filter(file -> file.toString().endsWith(".java") && !file.startsWith(SOURCES.resolve("demo")))
                    .toList()
                    .stream();
        }
    }

    private static Statement statement(Path file, MatchResult match) {
        return new Statement(file, match.group(1), match.group(2));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
