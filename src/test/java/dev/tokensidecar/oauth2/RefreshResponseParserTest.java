package dev.tokensidecar.oauth2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tokensidecar.oauth2.http.InboundResponse;
import dev.tokensidecar.oauth2.http.Redactor;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.InvalidGrant;
import dev.tokensidecar.token.RefreshFailure.InvalidResponse;
import dev.tokensidecar.token.RefreshFailure.Unavailable;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.TokenResponse;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RefreshResponseParserTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Redactor REDACTOR = new Redactor(List.of(Secret.of("r1-of-a-user")));
    private static final RefreshResponseParser IN_BODY = parser("/accessToken", "/message", Lifetimes.Unit.SECONDS);
    private static final RefreshResponseParser IN_HEADER = parser("Authorization", "X-Error", Lifetimes.Unit.SECONDS);

    private static TokenResponse granted(RefreshResponseParser parser, InboundResponse response) {
        return (TokenResponse) parser.read(response, REDACTOR, NOW);
    }

    @Test
    void theRefreshTokenMayBeInACookie() {
        RefreshResponseParser endpoint = parser("/accessToken", "cookie:session", "/message", Lifetimes.Unit.SECONDS);
        String body = "{\"accessToken\":\"a1\"}";

        assertThat(granted(endpoint, new InboundResponse(200, Map.of(), Map.of("session", "r2"), body, null))
                        .refreshToken())
                .isEqualTo(Secret.of("r2"));
        assertThat(granted(
                                endpoint,
                                new InboundResponse(
                                        200, Map.of("Set-Cookie", "other=x"), Map.of("other", "x"), body, null))
                        .refreshToken())
                .isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Authorization | Bearer a1  | a1",
                "authorization | bearer a1  | a1",
                "AUTHORIZATION | BEARER\ta1 | a1",
                "Authorization | a1         | a1",
                "Authorization | Bearera1   | Bearera1",
                "Authorization | Token a1   | Token a1",
            })
    void theSchemeIsNotPartOfTheToken(String name, String value, String token) {
        TokenResponse tokens = granted(IN_HEADER, new InboundResponse(200, Map.of(name, value), ""));

        assertThat(tokens.accessToken()).isEqualTo(Secret.of(token));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "Bearer", "Bearer "})
    void aHeaderWithoutATokenIsInvalid(String value) {
        assertThat(failure(IN_HEADER, new InboundResponse(200, Map.of("Authorization", value), "")))
                .isInstanceOf(InvalidResponse.class)
                .hasMessageEndingWith("answered 200 without an access token in the header Authorization");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "\"a1\"",
                "<html>",
                "{\"accessToken\":7}",
                "{\"accessToken\":{}}",
                "{\"accessToken\":\"\"}",
                "{\"accessToken\":null}"
            })
    void aBodyWithoutATokenIsInvalid(String body) {
        assertThat(failure(IN_BODY, new InboundResponse(200, Map.of(), body))).isInstanceOf(InvalidResponse.class);
    }

    @Test
    void anAccessTokenThatIsNotPrintableAsciiIsInvalid() {
        assertThat(failure(IN_BODY, new InboundResponse(200, Map.of(), "{\"accessToken\":\"a\\r\\nb\"}")))
                .isInstanceOf(InvalidResponse.class)
                .hasMessageContaining("not printable ASCII");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "-",
            value = {
                "`\"expiresIn\":60`                          | PT1M",
                "`\"expiresIn\":\"60\"`                      | PT1M",
                "`\"expiresIn\":60,\"expiresAt\":1772370000` | PT1M",
                "`\"expiresAt\":1772366700`                  | PT5M",
                "`\"expiresAt\":\"2026-03-01T12:05:00Z\"`    | PT5M",
                "`\"expiresIn\":0`                           | -",
                "`\"other\":1`                               | -",
            })
    void theLifetimeIsReadFromItsLocation(String fields, @Nullable Duration lifetime) {
        InboundResponse response = new InboundResponse(200, Map.of(), "{\"accessToken\":\"a1\"," + fields + "}");

        assertThat(granted(IN_BODY, response).lifetime()).isEqualTo(lifetime);
    }

    @Test
    void aLifetimeMayBeInMilliseconds() {
        RefreshResponseParser parser = parser("/accessToken", "/message", Lifetimes.Unit.MILLISECONDS);
        InboundResponse response = new InboundResponse(200, Map.of(), "{\"accessToken\":\"a1\",\"expiresIn\":1500}");

        assertThat(granted(parser, response).lifetime()).isEqualTo(Duration.ofMillis(1500));
    }

    @ParameterizedTest
    @CsvSource({"401, true", "419, true", "400, false", "403, false", "410, false"})
    void onlyTheConfiguredStatusesEndASession(int status, boolean over) {
        assertThat(failure(IN_BODY, new InboundResponse(status, Map.of(), "")))
                .isInstanceOf(over ? InvalidGrant.class : Unavailable.class)
                .hasMessage("the refresh endpoint answered " + status);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // status | Retry-After | throttled | in doubt | wait
                "429 | 7 | true  | false | PT7S",
                "429 | - | true  | false | -",
                "503 | 7 | false | false | PT7S",
                "503 | - | false | true  | -",
                "500 | 7 | false | true  | PT7S",
                "408 | - | false | true  | -",
                "409 | - | false | false | -",
            })
    void theStatusDecidesOnDoubtAndThrottling(
            int status, @Nullable String retryAfter, boolean throttled, boolean inDoubt, @Nullable Duration wait) {
        Unavailable failure = (Unavailable) failure(IN_BODY, Responses.response(status, null, retryAfter, ""));

        assertThat(failure.throttled()).isEqualTo(throttled);
        assertThat(failure.inDoubt()).isEqualTo(inDoubt);
        assertThat(failure.retryAfter()).isEqualTo(wait);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "307 | configure the URL it points to",
                "404 | check the address and the method of the refresh endpoint",
                "405 | check the address and the method of the refresh endpoint",
            })
    void aPossiblyWrongAddressIsTransientWithAHint(int status, String hint) {
        assertThat(failure(IN_BODY, new InboundResponse(status, Map.of(), "")))
                .isInstanceOf(Unavailable.class)
                .hasMessageEndingWith(hint);
    }

    @Test
    void theServersMessageMayArriveInAHeader() {
        InboundResponse response = new InboundResponse(401, Map.of("x-error", "r1-of-a-user is over"), "");

        assertThat(failure(IN_HEADER, response).detail()).endsWith("answered 401: [redacted] is over");
    }

    private static RefreshFailure failure(RefreshResponseParser parser, InboundResponse response) {
        return catchThrowableOfType(RefreshFailure.class, () -> parser.read(response, REDACTOR, NOW));
    }

    private static RefreshResponseParser parser(String accessToken, String message, Lifetimes.Unit unit) {
        return parser(accessToken, "/refreshToken", message, unit);
    }

    private static RefreshResponseParser parser(
            String accessToken, String refreshToken, String message, Lifetimes.Unit unit) {
        RefreshEndpoint.Response locations = new RefreshEndpoint.Response(
                new ResponseLocation(accessToken),
                new ResponseLocation(refreshToken),
                new ResponseLocation("/expiresIn"),
                new ResponseLocation("/expiresAt"),
                new ResponseLocation(message));
        RefreshEndpoint.Request request =
                new RefreshEndpoint.Request(RefreshEndpoint.Method.POST, RefreshEndpoint.Body.NONE, Map.of(), Map.of());
        return new RefreshResponseParser(
                new RefreshEndpoint(URI.create("http://localhost/"), request, locations, Set.of(401, 419)),
                new Lifetimes(unit, null));
    }
}
