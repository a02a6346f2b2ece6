package dev.tokensidecar.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LifetimesTest {

    private static final Instant SERVER_TIME = Instant.parse("2026-03-01T12:00:00Z");
    private static final Lifetimes ABSOLUTE = new Lifetimes(Lifetimes.Unit.SECONDS, "expires_at");
    private static final Lifetimes MILLIS = new Lifetimes(Lifetimes.Unit.MILLISECONDS, null);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "300       | PT5M",
                "\"300\"   | PT5M",
                "\" 300 \" | PT5M",
                "\"+300\"  | PT5M",
                "299.5     | PT4M59.5S",
                "\"3e2\"   | PT5M",
                "1         | PT1S",
                "0.001     | PT0.001S",
            })
    @DisplayName("expires_in may be a number, a text, in milliseconds or a point in time: a number or a text (R34)")
    void expiresInMayBeANumberOrAText(String value, Duration lifetime) {
        assertThat(lifetime(Lifetimes.standard(), "{\"expires_in\":" + value + "}"))
                .isEqualTo(lifetime);
    }

    @Test
    @DisplayName("expires_in may be a number, a text, in milliseconds or a point in time: in milliseconds (R34)")
    void milliseconds() {
        assertThat(lifetime(MILLIS, "{\"expires_in\":\"1500\"}")).isEqualTo(Duration.ofMillis(1500));
        assertThat(MILLIS.ofRefreshToken(fields("{\"refresh_expires_in\":7200000}"), SERVER_TIME))
                .isEqualTo(Duration.ofHours(2));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1772366700              | PT5M",
                "\"1772366700\"          | PT5M",
                "1772366700000           | PT5M",
                "1772366400500           | PT0.5S",
                "99999999999             | PT87600H",
                "\"2026-03-01T12:05:00Z\"          | PT5M",
                "\"2026-03-01T14:05:00.000+02:00\" | PT5M",
            })
    @DisplayName("expires_in may be a number, a text, in milliseconds or a point in time: a point in time (R34)")
    void anAbsoluteExpiryBecomesALifetime(String value, Duration lifetime) {
        assertThat(lifetime(ABSOLUTE, "{\"expires_at\":" + value + "}")).isEqualTo(lifetime);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "100000000000",
                "999999999",
                "0",
                "-1",
                "1e-999999999",
                "\"\"",
                "\"soon\"",
                "\"2026-03-01T12:05:00\"",
                "null",
                "true",
                "{}"
            })
    void anAbsoluteExpiryThatIsUnreadableOrBefore2001CountsAsUnknown(String value) {
        assertThat(lifetime(ABSOLUTE, "{\"expires_at\":" + value + "}")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1772366400", "1772360000", "1772360000000", "\"2026-03-01T11:00:00Z\""})
    void aTokenWhoseAbsoluteExpiryHasPassedHasExpired(String value) {
        assertThat(lifetime(ABSOLUTE, "{\"expires_at\":" + value + "}")).isZero();
    }

    /** A lifetime of 56 years is none. */
    @ParameterizedTest
    @CsvSource({
        "1772366700, PT5M",
        "1772366700000, PT5M",
        "1772366400, PT0S",
        "1772362800, PT0S",
        "1999999999, PT63231H33M19S",
    })
    void aTimeInExpiresInIsTheEnd(String value, Duration lifetime) {
        assertThat(lifetime(Lifetimes.standard(), "{\"expires_in\":" + value + "}"))
                .isEqualTo(lifetime);
        assertThat(lifetime(MILLIS, "{\"expires_in\":\"" + value + "000\"}")).isEqualTo(lifetime);
    }

    /** Some operators configure tokens for fifty years. */
    @ParameterizedTest
    @ValueSource(strings = {"1576800000", "1772279999", "3000000000"})
    void aNumberThatIsNoPlausibleEndIsALongLifetime(String value) {
        assertThat(lifetime(Lifetimes.standard(), "{\"expires_in\":" + value + "}"))
                .isEqualTo(Lifetimes.MAX);
    }

    @Test
    void expiresInHasPrecedenceOverTheAbsoluteExpiry() {
        assertThat(lifetime(ABSOLUTE, "{\"expires_in\":60,\"expires_at\":1772366700}"))
                .isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void aTextOfFourHundredCharactersIsANumberAndALongerOneIsNot() {
        String number = "0".repeat(397) + "300";

        assertThat(lifetime(Lifetimes.standard(), "{\"expires_in\":\"" + number + "\"}"))
                .isEqualTo(Duration.ofMinutes(5));
        assertThat(lifetime(Lifetimes.standard(), "{\"expires_in\":\"0" + number + "\"}"))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({"0", "-1", "-300", "0.0", "-1e300", "1e-300", "1e-999999999", "0e999999999", "-9999999999999999999"})
    @DisplayName("An expires_in of zero, below zero or of thousands of years causes no loop and no overflow: zero and"
            + " below count as unknown (R36)")
    void zeroAndNegativeCountAsUnknown(String value) {
        assertThat(lifetime(Lifetimes.standard(), "{\"expires_in\":" + value + "}"))
                .isNull();
        assertThat(lifetime(MILLIS, "{\"expires_in\":\"" + value + "\"}")).isNull();
        assertThat(Lifetimes.standard().ofRefreshToken(fields("{\"refresh_expires_in\":" + value + "}"), SERVER_TIME))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "315360000",
                "99999999999",
                "9223372036854775807",
                "99999999999999999999999999999999999999",
                "1e300",
                "1e999999999"
            })
    @DisplayName("An expires_in of zero, below zero or of thousands of years causes no loop and no overflow: ten years"
            + " are the limit (R36)")
    void lifetimesAreCappedAtTenYears(String value) {
        assertThat(lifetime(Lifetimes.standard(), "{\"expires_in\":" + value + "}"))
                .isEqualTo(Duration.ofDays(3650));
        assertThat(lifetime(Lifetimes.standard(), "{\"expires_in\":\"" + value + "\"}"))
                .isEqualTo(Duration.ofDays(3650));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e300", "1e999999999", "99999999999999999999", "\"9999-12-31T23:59:59Z\""})
    @DisplayName("An expires_in of zero, below zero or of thousands of years causes no loop and no overflow: the same"
            + " for a point in time (R36)")
    void absoluteExpiriesAreCappedAtTenYears(String value) {
        assertThat(lifetime(ABSOLUTE, "{\"expires_at\":" + value + "}")).isEqualTo(Duration.ofDays(3650));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"expires_in\":null}", "{\"expires_in\":\"1h\"}", "{\"expires_in\":[300]}"})
    void unreadableLifetimesCountAsUnknown(String body) {
        assertThat(lifetime(Lifetimes.standard(), body)).isNull();
        assertThat(lifetime(ABSOLUTE, body)).isNull();
    }

    @Test
    @DisplayName("Without expires_in the lifetime comes from the JWT, else from the default: with a JWT (R33)")
    void aJwtStatesItsOwnLifetime() {
        String jwt = Responses.jwt("{\"iat\":1772366370,\"exp\":1772366670.0,\"nbf\":17}");

        assertThat(Lifetimes.standard().ofAccessToken(fields("{}"), jwt, SERVER_TIME))
                .isEqualTo(Duration.ofSeconds(270));
        assertThat(Lifetimes.standard().ofAccessToken(fields("{\"expires_in\":0}"), jwt, SERVER_TIME))
                .isEqualTo(Duration.ofSeconds(270));
        assertThat(Lifetimes.standard().ofAccessToken(fields("{\"expires_in\":60}"), jwt, SERVER_TIME))
                .isEqualTo(Duration.ofMinutes(1));
        assertThat(ABSOLUTE.ofAccessToken(fields("{\"expires_at\":1772366460}"), jwt, SERVER_TIME))
                .isEqualTo(Duration.ofMinutes(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"exp\":1772366430}                    | PT30S",
                "{\"iat\":1772365860,\"exp\":1772366430} | PT30S",
                "{\"iat\":1772366410,\"exp\":1772366430} | PT20S",
                "{\"nbf\":1772366410,\"exp\":1772366430} | PT20S",
                "{\"nbf\":1772366110,\"exp\":1772366430} | PT30S",
                "{\"iat\":1772366400,\"exp\":1772366400} | PT0S",
                "{\"exp\":1000000300}                    | PT0S",
            })
    void aJwtIsGoodUntilItsEndHoweverOldItIs(String claims, Duration left) {
        assertThat(Lifetimes.standard().ofAccessToken(fields("{}"), Responses.jwt(claims), SERVER_TIME))
                .isEqualTo(left);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"iat\":1000000000}", "{\"iat\":1000000000,\"exp\":\"never\"}", "[]", "{"})
    void aJwtThatDoesNotSayWhenItEndsHasNoLifetime(String claims) {
        assertThat(Lifetimes.standard().ofAccessToken(fields("{}"), Responses.jwt(claims), SERVER_TIME))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"opaque", "a.b.c", "a.e30.c.d", "..", "a.!!!.c"})
    void anOpaqueTokenHasNoLifetime(String token) {
        assertThat(Lifetimes.standard().ofAccessToken(fields("{}"), token, SERVER_TIME))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            nullValues = "-",
            value = {
                "{\"refresh_expires_in\":1800}                                      | PT30M",
                "{\"refresh_token_expires_in\":\"1800\"}                            | PT30M",
                "{\"refresh_expires_in\":1800,\"refresh_token_expires_in\":17}      | PT30M",
                "{\"refresh_expires_in\":0}                                         | -",
                "{}                                                                 | -",
            })
    void theLifetimeOfTheRefreshTokenIsRead(String body, @Nullable Duration lifetime) {
        assertThat(Lifetimes.standard().ofRefreshToken(fields(body), SERVER_TIME))
                .isEqualTo(lifetime);
    }

    private static @Nullable Duration lifetime(Lifetimes lifetimes, String body) {
        return lifetimes.ofAccessToken(fields(body), "opaque", SERVER_TIME);
    }

    private static ResponseFields fields(String body) {
        return Objects.requireNonNull(ResponseFields.read(body));
    }

    @Test
    void claimsAreJson() {
        assertThat(Lifetimes.standard().ofAccessToken(fields("{}"), Responses.jwt("iat=1000&exp=1300"), SERVER_TIME))
                .isNull();
    }
}
