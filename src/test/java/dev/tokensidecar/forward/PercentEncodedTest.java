package dev.tokensidecar.forward;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Percent-encoded text (RFC 3986 section 2.1). */
class PercentEncodedTest {

    @ParameterizedTest
    @CsvSource({
        "a%2Fb, a/b",
        "%2f, /",
        "%252F, %2F",
        "%, %",
        "%2, %2",
        "a%, a%",
        "a%4, a%4",
        "%zz, %zz",
        "%2z, %2z",
        "%41%, A%"
    })
    void eachEscapeIsDecodedOnceAndOtherPercentSignsStay(String text, String decoded) {
        assertThat(PercentEncoded.decode(text)).isEqualTo(decoded);
        assertThat(PercentEncoded.decodeLeniently(text)).isEqualTo(decoded);
    }

    @Test
    void severalEscapesMakeOneCharacter() {
        assertThat(PercentEncoded.decode("gr%C3%BC%C3%9Fe")).isEqualTo("gr\u00fc\u00dfe");
    }

    @ParameterizedTest
    @CsvSource({"%C0%AF", "%FF", "%C3"})
    void whatIsNotUtf8IsNotDecoded(String text) {
        assertThat(PercentEncoded.decode(text)).isNull();
        assertThat(PercentEncoded.decodeLeniently(text)).contains("\ufffd");
    }

    @ParameterizedTest
    @CsvSource({"a%2Fb, true", "a%2, false", "a%zz, false", "a, false"})
    void anEscapeHasTwoDigits(String text, boolean encoded) {
        assertThat(PercentEncoded.isEncoded(text)).isEqualTo(encoded);
    }
}
