package dev.tokensidecar.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of span attributes in the operations guide is complete and correct. */
class DocumentedSpansTest {

    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `([\\w.]+)` \\| (?:all|both|request|refresh|refresh, exchange) \\|");

    @Test
    void theGuideListsExactlyTheAttributes() throws IOException {
        List<String> documented = ROW.matcher(Files.readString(Path.of("docs/operations.md")))
                .results()
                .map(row -> row.group(1))
                .toList();

        assertThat(documented)
                .containsExactlyInAnyOrderElementsOf(Stream.of(SpanAttributes.class.getDeclaredFields())
                        .map(field -> key(field::get))
                        .toList());
    }

    private interface Field {
        Object of(Object nothing) throws IllegalAccessException;
    }

    private static String key(Field field) {
        try {
            return ((AttributeKey<?>) field.of(SpanAttributes.class)).getKey();
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
