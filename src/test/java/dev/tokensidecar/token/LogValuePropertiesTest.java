package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.RepeatableProperty;
import dev.tokensidecar.testing.log.LogFields;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Provide;

/** Log lines, parsed as a program parses them. */
class LogValuePropertiesTest {

    @RepeatableProperty
    void aTextSurvivesWritingAndParsing(@ForAll("hostile") String text) {
        String written = LogValue.of(text);

        assertThat(LogFields.of("happened detail=" + written + " cure=\"ours\""))
                .containsExactly(Map.entry("detail", text), Map.entry("cure", "ours"));
        assertThat(written).doesNotContainPattern("[\\p{C}\\p{Zl}\\p{Zp}]");
    }

    /** Mostly characters with a meaning in log lines, and all others. */
    @Provide
    Arbitrary<String> hostile() {
        return Arbitraries.oneOf(
                        Arbitraries.of(
                                "\"",
                                "\\",
                                " ",
                                "=",
                                "\n",
                                "\r",
                                "cure=",
                                " cure=\"x\"",
                                "\u202e",
                                "\u2028",
                                "\\u0022"),
                        Arbitraries.strings().ofLength(1))
                .list()
                .ofMaxSize(12)
                .map(parts -> String.join("", parts));
    }
}
