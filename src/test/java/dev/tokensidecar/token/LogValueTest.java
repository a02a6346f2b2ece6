package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

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
}
