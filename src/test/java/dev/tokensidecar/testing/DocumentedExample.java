package dev.tokensidecar.testing;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An example in docs/configuration.md, which has two forms.
 *
 * @param title the heading of its section
 * @param properties the form with keys of a file
 * @param variables the form with environment variables
 */
public record DocumentedExample(String title, Map<String, String> properties, Map<String, String> variables) {

    private static final Pattern SECTION = Pattern.compile("(?m)^(?=##)");
    private static final Pattern EXAMPLE = Pattern.compile("(?ms)^```properties\n(.*?)^```\n+^```dotenv\n(.*?)^```$");

    /** Returns all examples in order. */
    public static List<DocumentedExample> all() {
        try {
            return SECTION.splitAsStream(Files.readString(Path.of("docs", "configuration.md")))
                    .flatMap(section -> EXAMPLE.matcher(section)
                            .results()
                            .map(example -> new DocumentedExample(
                                    section.lines().findFirst().orElseThrow(),
                                    lines(example.group(1)),
                                    lines(example.group(2)))))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Parses a form: lines of {@code name=value}. */
    private static Map<String, String> lines(String text) {
        Properties lines = new Properties();
        try {
            lines.load(new StringReader(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines.stringPropertyNames().stream().collect(Collectors.toMap(name -> name, lines::getProperty));
    }

    @Override
    public String toString() {
        return title;
    }
}
