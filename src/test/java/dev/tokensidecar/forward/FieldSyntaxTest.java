package dev.tokensidecar.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fields that are forwarded, character by character (RFC 9110 section 5). */
class FieldSyntaxTest {

    private static MultiMap field(String name, String value) {
        return MultiMap.caseInsensitiveMultiMap().add(name, value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "z", "A", "Z", "0", "9", "X-Request-Id", "!#$%&'*+-.^_`|~"})
    void aNameIsAToken(String name) {
        assertThat(FieldSyntax.isToken(name)).isTrue();
        assertThat(FieldSyntax.isWellFormed(field(name, "value"))).isTrue();
    }

    /** Among them the neighbours of letters and digits. */
    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a:", "/", ":", "@", "[", "{", "\u00e4", "a\u0000", "a\r", "\"", "(", ","})
    void nothingElseIsAName(String name) {
        assertThat(FieldSyntax.isToken(name)).isFalse();
        assertThat(FieldSyntax.isWellFormed(field(name, "value"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "\t", "~", "\u0080", "gr\u00fc\u00dfe"})
    void aValueHasAnyVisibleCharacterSpacesAndTabs(String value) {
        assertThat(FieldSyntax.isWellFormed(field("name", value))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0000", "a\u001f", "\r", "\n", "\u007f"})
    void aValueHasNoControlCharacter(String value) {
        assertThat(FieldSyntax.isWellFormed(field("name", value))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "9", "123456789012345678"})
    void aLengthIsANumberThatFitsIntoALong(String length) {
        assertThat(FieldSyntax.isWellFormed(field("Content-Length", length))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " 1", "+1", "-1", "1,1", "/", ":", "0x1", "1234567890123456789"})
    void nothingElseIsALength(String length) {
        assertThat(FieldSyntax.isWellFormed(field("Content-Length", length))).isFalse();
    }

    @Test
    void aSecondLengthIsRejectedEvenIfItIsTheSame() {
        assertThat(FieldSyntax.isWellFormed(field("Content-Length", "1").add("content-length", "1")))
                .isFalse();
    }

    @Test
    void everyFieldCountsWithItsObjects() {
        assertThat(FieldSyntax.memoryBytes(field("name", "value").add("a", "b")))
                .isEqualTo(128 + 9 + 128 + 2);
        assertThat(FieldSyntax.memoryBytes(MultiMap.caseInsensitiveMultiMap())).isZero();
    }
}
