package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InvisibleCharacterTest {

    @ParameterizedTest
    @CsvSource({
        "'\ufefftoken', U+FEFF at position 1",
        "'to\u200bken', U+200B at position 3",
        "'token\u00a0', U+00A0 at position 6",
        "'tok\u2028en', U+2028 at position 4",
        "'tok\u2029en', U+2029 at position 4",
        "'\ud83d\ude00\u200b', U+200B at position 2",
    })
    void theFirstOneIsNamedWithoutTheText(String text, String name) {
        assertThat(InvisibleCharacter.in(text)).contains(name);
    }

    @Test
    void aControlCharacterIsInvisible() {
        assertThat(InvisibleCharacter.in("to\nken")).contains("U+000A at position 3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "token", "with space", "with\ttab", "gr\u00fc\u00dfe"})
    void otherTextsHaveNone(String text) {
        assertThat(InvisibleCharacter.in(text)).isEmpty();
    }

    @Test
    void aByteOrderMarkIsRemovedOnceAndAtTheBeginningOnly() {
        assertThat(InvisibleCharacter.withoutByteOrderMark("\ufeff\ufefft")).isEqualTo("\ufefft");
        assertThat(InvisibleCharacter.withoutByteOrderMark("t\ufeff")).isEqualTo("t\ufeff");
        assertThat(InvisibleCharacter.withoutByteOrderMark("")).isEmpty();
    }
}
