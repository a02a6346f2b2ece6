package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.LogFields;
import dev.tokensidecar.testing.RepeatableProperty;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogValueTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "invalid_grant, invalid_grant",
                "https://as.example/device?lang, https://as.example/device?lang",
                "https://as.example/?code=AB, \"https://as.example/?code=AB\"",
                "two words, \"two words\"",
                "``, \"\"",
                "a\"b, \"a\\\"b\"",
                "a\\b, \"a\\\\b\"",
                "caf\u00e9, \"caf\u00e9\"",
                "a\u202eb, \"a\\u202eb\"",
                "a\u2028b, \"a\\u2028b\"",
                "a\u0085b, \"a\\u0085b\"",
                "a\u001bb, \"a\\u001bb\"",
                "a\ud83db, \"a\\ud83db\"",
            })
    void aTextIsQuotedWhereItWouldBeAmbiguous(String text, String written) {
        assertThat(LogValue.of(text)).isEqualTo(written);
    }

    @RepeatableProperty
    void aTextIsReadAsWrittenAndEndsWhereItEnds(@ForAll("hostile") String text) {
        String written = LogValue.of(text);

        assertThat(LogFields.of("happened detail=" + written + " cure=\"ours\""))
                .containsExactly(Map.entry("detail", text), Map.entry("cure", "ours"));
        assertThat(written).doesNotContainPattern("[\\p{Cntrl}\\p{Cf}\\u0085\\u2028\\u2029]");
    }

    /** What matters here comes often, and everything else comes too. */
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
