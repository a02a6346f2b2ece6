package dev.tokensidecar.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every value in every log statement goes through {@code LogValue}, so that no text of a server, a file or a caller can
 * add a field or a line of its own. Dev mode's demo is left out: it shows nothing but what the developer has written.
 */
class LogStatementsTest {

    private static final Path SOURCES = Path.of("src", "main", "java", "dev", "tokensidecar");
    private static final String LITERAL = "\"(?:[^\"\\\\]|\\\\.)*+\"";

    /** Up to the parenthesis and the semicolon that end it. */
    private static final Pattern STATEMENT =
            Pattern.compile("\\bLOG\\s*\\.\\s*(\\w+)\\(((?:" + LITERAL + "|[^\";])*?)\\);");

    private static final Pattern USE = Pattern.compile("\\bLOG\\b(?!\\s*=)");
    private static final Pattern LOGGER = Pattern.compile("\\bLogger\\s+(\\w+)\\s*=\\s*Logger\\.getLogger");
    private static final Pattern CONSTANT = Pattern.compile("(?:" + LITERAL + "|\\s|\\+)*+");
    private static final Pattern PLACE = Pattern.compile("%[a-z]");
    private static final Pattern ESCAPED = Pattern.compile("\\bLogValue\\.of\\(");

    private record Statement(Path file, String method, String arguments) {

        private List<String> places() {
            return Pattern.compile(LITERAL)
                    .matcher(arguments)
                    .results()
                    .map(MatchResult::group)
                    .flatMap(literal -> PLACE.matcher(literal).results())
                    .map(MatchResult::group)
                    .toList();
        }
    }

    @Test
    void noValueIsLoggedAsItIs() throws IOException {
        List<Statement> statements = sources()
                .flatMap(file -> STATEMENT.matcher(read(file)).results().map(it -> statement(file, it)))
                .toList();

        assertThat(statements).hasSizeGreaterThan(15).allSatisfy(LogStatementsTest::assertEscaped);
    }

    private static void assertEscaped(Statement statement) {
        if (!statement.method().endsWith("f")) {
            assertThat(statement.arguments()).matches(CONSTANT);
            return;
        }
        long escaped = ESCAPED.matcher(statement.arguments()).results().count();
        assertThat(statement.places()).isSubsetOf("%s", "%d");
        assertThat(statement.places().stream().filter("%s"::equals)).hasSize(Math.toIntExact(escaped));
        assertThat(statement.arguments()).doesNotContain("\\\"%s").doesNotContain("%s\\\"");
    }

    /** What this test does not recognize it would not see. */
    @Test
    void everyUseOfALoggerIsAStatementOfThisShape() throws IOException {
        assertThat(sources()).allSatisfy(file -> {
            String source = read(file);
            assertThat(LOGGER.matcher(source).results().map(logger -> logger.group(1)))
                    .allMatch(name -> name.equals("LOG") || name.equals("DEFECTS"));
            assertThat(STATEMENT.matcher(source).results().count())
                    .isEqualTo(USE.matcher(source).results().count());
            assertThat(source).doesNotContain("org.slf4j", "io.quarkus.logging", "System.Logger", "printStackTrace");
        });
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
