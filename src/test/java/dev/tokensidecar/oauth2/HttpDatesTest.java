package dev.tokensidecar.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.oauth2.http.InboundResponse;
import dev.tokensidecar.oauth2.http.Redactor;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.SuccessfulResponse;
import dev.tokensidecar.token.TokenResponse;
import dev.tokensidecar.token.UnusableResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpDatesTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // Retry-After | Date | wait
                "-                             | -                             | -",
                "120                           | -                             | PT2M",
                " 120                          | -                             | PT2M",
                "1.5                           | -                             | PT1.5S",
                "0                             | -                             | PT0S",
                "-5                            | -                             | PT0S",
                "99999999999999999999          | -                             | PT87600H",
                "Sun, 01 Mar 2026 12:02:00 GMT | -                             | PT2M",
                "Sunday, 01-Mar-26 12:02:00 GMT| -                             | PT2M",
                "Sun Mar  1 12:02:00 2026      | -                             | PT2M",
                "Sun, 01 Mar 2026 12:02:00 GMT | Sun, 01 Mar 2026 12:01:00 GMT | PT1M",
                "Sun, 01 Mar 2026 12:02:00 GMT | Sun, 01 Mar 2026 13:00:00 GMT | PT0S",
                "Sun, 01 Mar 2026 12:02:00 GMT | yesterday                     | PT2M",
                "Sun, 01 Mar 2026 11:00:00 GMT | -                             | PT0S",
                "soon                          | -                             | -",
                "1h                            | -                             | -",
                "a sentence that is much longer than every date which any server has ever sent to anybody | - | -",
            })
    @DisplayName("The sidecar honours Retry-After in seconds and as a date, up to a limit: parsing (R13)")
    void retryAfterIsSecondsOrADate(@Nullable String retryAfter, @Nullable String date, @Nullable Duration wait) {
        assertThat(HttpDates.retryAfter(Responses.response(429, date, retryAfter, ""), NOW))
                .isEqualTo(wait);
    }

    @ParameterizedTest
    @CsvSource({"2026-03-01T11:00:00Z", "2026-03-01T13:00:00Z"})
    @DisplayName("A server whose clock is an hour off does not change the lifetime (R38)")
    void aServerWithAnotherClockYieldsTheSameLifetimes(Instant now) {
        String body = "{\"access_token\":\"a1\",\"expires_at\":1772366700}";
        InboundResponse response = Responses.response(200, "Sun, 01 Mar 2026 12:00:00 GMT", null, body);

        TokenResponse tokens = (TokenResponse) new TokenResponseParser(new Dialect(
                        new Lifetimes(Lifetimes.Unit.SECONDS, "expires_at"),
                        ErrorDialect.standard(),
                        Map.of(),
                        List.of()))
                .read(response, new Redactor(List.of(Secret.of("r1"))), now, null);

        assertThat(tokens.lifetime()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void withoutADateTheServersTimeIsTheLocalTime() {
        assertThat(HttpDates.serverTime(Responses.response(200, null, null, ""), NOW))
                .isEqualTo(NOW);
    }

    /** The token was issued at 12:00:00 for five minutes. */
    @ParameterizedTest
    @CsvSource({
        "2026-03-01T12:00:00Z, PT5M",
        "2026-03-01T11:00:00Z, PT5M",
        "1970-01-01T00:00:10Z, PT5M",
        "2026-03-01T12:04:58Z, PT2S",
    })
    void withoutADateAWrongClockNeverMakesAJwtLastLonger(Instant now, Duration lifetime) {
        assertThat(((TokenResponse) jwtWithoutDate(now)).lifetime()).isEqualTo(lifetime);
    }

    @ParameterizedTest
    @CsvSource({"2026-03-01T12:05:00Z", "2026-03-01T13:00:00Z"})
    void withoutADateAFastClockIsNamedAsTheReasonWhyAJwtHasExpired(Instant now) {
        assertThat(((UnusableResponse) jwtWithoutDate(now)).flaw())
                .hasMessage(
                        "the authorization server answered 200 with an access token that has expired by the clock of"
                                + " this host: check it, because the response has no Date");
    }

    private static SuccessfulResponse jwtWithoutDate(Instant now) {
        String jwt = Responses.jwt("{\"iat\":1772366400,\"exp\":1772366700}");
        String body = "{\"access_token\":\"" + jwt + "\",\"refresh_token\":\"r2\"}";
        return new TokenResponseParser(Dialect.standard())
                .read(Responses.response(200, null, null, body), new Redactor(List.of(Secret.of("r1"))), now, null);
    }
}
