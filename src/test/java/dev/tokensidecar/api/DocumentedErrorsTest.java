package dev.tokensidecar.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.ingress.ProblemKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The error table of the guide lists exactly the errors of the code. */
class DocumentedErrorsTest {

    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `(\\w+)` \\| (\\d{3}) \\| (yes|no) \\| `([\\w-]+)` \\|");

    private static String row(ProblemKind kind) {
        return String.join(
                " ", kind.error(), Integer.toString(kind.status), kind.retryable ? "yes" : "no", kind.action);
    }

    @Test
    void theGuideListsEveryError() throws IOException {
        List<String> documented = ROW.matcher(Files.readString(Path.of("docs/http-api.md")))
                .results()
                .map(row -> String.join(" ", row.group(1), row.group(2), row.group(3), row.group(4)))
                .toList();

        assertThat(documented)
                .containsExactlyElementsOf(Arrays.stream(ProblemKind.values())
                        .map(DocumentedErrorsTest::row)
                        .toList());
    }
}
