package dev.tokensidecar.oauth2.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.token.Secret;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactorTest {

    private static final Redactor REDACTOR = new Redactor(List.of(Secret.of("s3/cr+t"), Secret.of("s3/cr+t-longer")));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Maximum allowed refresh token reuse exceeded",
                "Session doesn't have required client",
                "AADSTS700082: The refresh token has expired due to inactivity, issued on 2022-05-03T15:40",
                "the grant type unsupported_grant_type or invalid_refresh_token is unknown",
                "see https://login.example.com/realms/sidecar",
                "Invalid client or Invalid client credentials (x)",
                "",
            })
    void ordinaryWordsStay(String text) {
        assertThat(REDACTOR.redact(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "the secret s3/cr+t is wrong              | the secret [redacted] is wrong",
                "the secret s3%2Fcr%2Bt is wrong          | the secret [redacted] is wrong",
                "the secret s3%2fcr%2bt is wrong          | the secret [redacted] is wrong",
                "the secret s3%2Fcr+t is wrong            | the secret [redacted] is wrong",
                "the secret %733/cr%2bt is wrong          | the secret [redacted] is wrong",
                "is s3/cr+t-longer or s3/cr+t             | is [redacted] or [redacted]",
                "token eyJhbGciOiJub25lIn0.e30.c2ln bad   | token [redacted] bad",
                "token eyJ9 bad                           | token [redacted] bad",
                "token gho_16C7e42F292c6912E7 bad         | token [redacted] bad",
                "token 1//0gkq-abcdefghijklmno bad        | token [redacted] bad",
                "id 3f2504e0-4f89-11d3-9a0c-0305e82c3301. | id [redacted]",
                "run abcdefghijklmnopqrstuvwxyzabcdefghijklmnop end | run [redacted] end",
                "of sixteen abcdefghijklmno1 of fifteen abcdefghijklmn1 | of sixteen [redacted] of fifteen abcdefghijklmn1",
            })
    @DisplayName("A token that the server echoes in an error response appears in no error and no log line: in any"
            + " encoding (R47)")
    void credentialsAreRedacted(String text, String redacted) {
        assertThat(REDACTOR.redact(text)).isEqualTo(redacted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "100 % {'}ä",
                "100%20%25%20%7B%27%7D%c3%a4",
                "100+%25+{'}%C3%A4",
                "100 %25 {'}ä",
                "100\u0000%25\t{'}ä"
            })
    void everySpellingOfACredentialIsRedacted(String spelling) {
        Redactor redactor = new Redactor(List.of(Secret.of("100 % {'}ä")));

        assertThat(redactor.redact("is " + spelling + " wrong?")).isEqualTo("is [redacted] wrong?");
    }

    @Test
    void controlCharactersAreRemoved() {
        assertThat(REDACTOR.redact("a\r\nlevel=error b\u001b[31mc\u2028d\u0000 \u202ee\t"))
                .isEqualTo("a level=error b [31mc d   e");
    }

    /** U+009B is CSI to a terminal: what follows is a command. */
    @ParameterizedTest
    @ValueSource(strings = {"\u009b", "\u0085", "\u200b", "\u2066", "\ue000", "\ud800", "\ufeff", "\u0378"})
    void charactersThatNobodySeesAreRemoved(String hidden) {
        assertThat(REDACTOR.redact("a" + hidden + "2Jb")).isEqualTo("a 2Jb");
    }

    @Test
    void everyVisibleCharacterStays() {
        assertThat(REDACTOR.redact("für \ud83d\udd12 登录")).isEqualTo("für \ud83d\udd12 登录");
    }

    @Test
    void aLongTextIsTruncated() {
        assertThat(REDACTOR.redact("so ".repeat(1000)))
                .hasSize(Redactor.MAX_LENGTH + 3)
                .endsWith("...");
    }

    @Test
    void truncationLeavesNoPartOfASecret() {
        assertThat(REDACTOR.redact("so ".repeat(66) + "s3/cr+t")).doesNotContain("s3");
    }
}
