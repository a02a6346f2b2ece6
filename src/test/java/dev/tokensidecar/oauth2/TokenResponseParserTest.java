package dev.tokensidecar.oauth2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tokensidecar.exchange.CallerFailures;
import dev.tokensidecar.oauth2.http.InboundResponse;
import dev.tokensidecar.oauth2.http.Redactor;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.InvalidGrant;
import dev.tokensidecar.token.RefreshFailure.InvalidResponse;
import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import dev.tokensidecar.token.RefreshFailure.Unavailable;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.TokenResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenResponseParserTest {

    /** An error about the token or the user stays what it is, whatever the status: it does not concern other users. */
    @ParameterizedTest
    @CsvSource({
        "invalid_request",
        "invalid_scope",
        "invalid_target",
        "invalid_token",
        "unsupported_token_type",
        "access_denied",
        "consent_required",
        "interaction_required",
        "login_required",
        "mfa_required",
        "invalid_grant"
    })
    void anErrorAboutAUserConcernsOnlyThatUser(String code) {
        for (int status : new int[] {400, 401, 403}) {
            assertThatThrownBy(() -> new TokenResponseParser(Dialect.standard())
                            .read(
                                    Responses.response(status, null, null, "{\"error\":\"" + code + "\"}"),
                                    new Redactor(List.of()),
                                    Instant.EPOCH,
                                    null))
                    .isInstanceOfSatisfying(
                            RefreshFailure.class,
                            failure -> assertThat(CallerFailures.concernsRequest(failure))
                                    .as("%s with %d", code, status)
                                    .isTrue());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "urn:ietf:params:oauth:token-type:id-jag, N_A, true",
        "urn:ietf:params:oauth:token-type:access_token, Bearer, false",
        "urn:ietf:params:oauth:token-type:access_token, N_A, false",
    })
    void anAssertionIsOfTheRequestedType(String issued, String tokenType, boolean accepted) {
        String body = "{\"access_token\":\"x\",\"issued_token_type\":\"%s\",\"token_type\":\"%s\"}"
                .formatted(issued, tokenType);
        ThrowableAssert.ThrowingCallable reading = () -> assertThat(TokenResponseParser.ofAssertions(
                                Dialect.standard(), "urn:ietf:params:oauth:token-type:id-jag")
                        .read(Responses.response(200, null, null, body), new Redactor(List.of()), Instant.EPOCH, null))
                .isInstanceOf(TokenResponse.class);
        if (accepted) {
            assertThatCode(reading).doesNotThrowAnyException();
        } else {
            assertThatThrownBy(reading).hasMessageContaining("not of the requested type");
        }
    }

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Redactor REDACTOR = new Redactor(List.of(Secret.of("sent-refresh-token")));

    private static final String LONG = "the session is over ".repeat(11).strip();

    private final TokenResponseParser parser = new TokenResponseParser(Dialect.standard());

    @Test
    void allFieldsOfRfc6749AreRead() {
        TokenResponse tokens = tokens("""
                {"access_token":"a1","token_type":"bearer","expires_in":300,"refresh_token":"r2","scope":"read",
                 "refresh_expires_in":1800}""");

        assertThat(tokens)
                .isEqualTo(new TokenResponse(
                        Secret.of("a1"),
                        "Bearer",
                        "read",
                        Duration.ofMinutes(5),
                        Secret.of("r2"),
                        Duration.ofMinutes(30)));
    }

    @Test
    void refreshInIsRead() {
        assertThat(tokens("{\"access_token\":\"a1\",\"expires_in\":\"86399\",\"refresh_in\":43199}")
                        .refreshIn())
                .hasSeconds(43199);
        assertThat(tokens("{\"access_token\":\"a1\",\"refresh_in\":0}").refreshIn())
                .isNull();
    }

    @Test
    void anAccessTokenAloneIsEnough() {
        assertThat(tokens("{\"access_token\":\"a1\"}"))
                .isEqualTo(new TokenResponse(Secret.of("a1"), "Bearer", null, null, null, null));
    }

    @Test
    void aFormIsReadWithoutAContentType() {
        TokenResponse tokens =
                tokens("access_token=gho%5Fa1&expires_in=28800&refresh_token=ghr_r2&refresh_token_expires_in=15811200"
                        + "&scope=repo%2Cgist&token_type=bearer");

        assertThat(tokens)
                .isEqualTo(new TokenResponse(
                        Secret.of("gho_a1"),
                        "Bearer",
                        "repo,gist",
                        Duration.ofHours(8),
                        Secret.of("ghr_r2"),
                        Duration.ofDays(183)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\uFEFF{\"access_token\":\"a1\"}",
                "\n {\"access_token\":\"a1\", \"error\":null, \"error_description\":\"\"} \n",
                "{\"access_token\":\"a1\",\"error\":\"\"}",
                "{\"ok\":true,\"access_token\":\"a1\",\"token_type\":\"bot\"}",
                "{\"access_token\":\"a1\",\"token_type\":\"User Access Token\"}",
                "{\"access_token\":\"a1\",\"token_type\":\"BEARER\"}",
                "{\"access_token\":\"a1\",\"token_type\":\"BearerToken\"}",
                "{\"access_token\":\"a1\",\"token_type\":\"bearer_token\"}",
                "{\"access_token\":\"a1\",\"token_type\":\"OAuth2 Bearer\"}",
                "{\"access_token\":\"a1\\n\",\"token_type\":\"Bearer\"}",
                "{\"access_token\":\" a1\\r\\n\"}",
                "{\"access_token\":\"a1\",\"token_type\":\"\"}",
                "{\"access_token\":\"a1\",\"token_type\":null}",
            })
    void harmlessDeviationsAreAccepted(String body) {
        assertThat(tokens(body).accessToken()).isEqualTo(Secret.of("a1"));
        assertThat(tokens(body).tokenType()).isEqualTo("Bearer");
    }

    @Test
    void anInvalidDateIsIgnored() {
        InboundResponse response =
                Responses.response(200, "Sun, 01 Mar 2026 ".repeat(4), null, "{\"access_token\":\"a1\"}");

        assertThat(((TokenResponse) parser.read(response, REDACTOR, NOW, null)).accessToken())
                .isEqualTo(Secret.of("a1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"access_token\":\"a1\"}",
                "{\"access_token\":\"a1\",\"refresh_token\":\"\"}",
                "{\"access_token\":\"a1\",\"refresh_token\":\" \"}",
                "{\"access_token\":\"a1\",\"refresh_token\":null}",
                "access_token=a1&refresh_token=",
            })
    @DisplayName("A response without a refresh token, or with an empty one, leaves the old one in force: in any form"
            + " (R20)")
    void withoutARefreshTokenTheOldOneStays(String body) {
        assertThat(tokens(body).refreshToken()).isNull();
    }

    /** RFC 6749 appendix A.17. */
    @ParameterizedTest
    @ValueSource(strings = {"r\\n2", "r\\u00e9", "r\\u009b2", "r\\u202e2", "\\u200b"})
    void aRefreshTokenIsPrintableAsciiText(String refreshToken) {
        String body = "{\"access_token\":\"a1\",\"refresh_token\":\"" + refreshToken + "\"}";

        assertThatThrownBy(() -> tokens(body))
                .isInstanceOf(InvalidResponse.class)
                .hasMessageEndingWith("with a refresh token that is not printable ASCII text");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "\"a1\"",
                "{",
                "{\"access_token\":\"a1\"",
                "{}",
                "{\"access_token\":\"\"}",
                "{\"access_token\":17}",
                "{\"access_token\":\"a1\",\"expires_in\":1e9999999999}",
                "{\"access_token\":\"a\\nb\"}",
                "{\"access_token\":\"a1\",\"token_type\":\"DPoP\"}",
                "{\"access_token\":\"a1\",\"token_type\":\"mac\"}",
                "{\"ok\":false}",
                "<html><a href=\"/?access_token=a1&error=invalid_grant\">in</a></html>",
                "access_token",
                "access_token=%zz",
            })
    void aSuccessWithoutAUsableTokenIsInvalidAndInDoubt(String body) {
        RefreshFailure failure = failure(200, null, body);

        assertThat(failure).isInstanceOf(InvalidResponse.class);
        assertThat(failure.inDoubt()).isTrue();
        assertThat(failure.getMessage())
                .startsWith("the authorization server answered 200 with")
                .doesNotContain("a1");
    }

    @ParameterizedTest
    @CsvSource({
        "200, invalid_grant", "400, invalid_grant", "401, invalid_grant", "403, invalid_grant",
        "200, bad_refresh_token", "200, invalid_refresh_token", "200, token_expired", "200, token_revoked",
        "400, expired_token", "400, interaction_required",
    })
    @DisplayName("The sidecar recognizes invalid_grant in responses with status 403 and 200 too: with the codes of"
            + " other providers too (R17)")
    void theErrorCodeShowsAnInvalidRefreshToken(int status, String error) {
        RefreshFailure failure = failure(status, null, "{\"ok\":false,\"error\":\"%s\"}".formatted(error));

        assertThat(failure).isInstanceOf(InvalidGrant.class);
        assertThat(failure.error()).isEqualTo(error);
        assertThat(failure.inDoubt()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "400, invalid_client,         invalid_client",
                "401, invalid_client,         invalid_client",
                "401, unauthorized_client,    unauthorized_client",
                "400, invalid_scope,          invalid_scope",
                "400, unsupported_grant_type, unsupported_grant_type",
                "400, invalid_request,        invalid_request",
                "403, access_denied,          access_denied",
                "400, not_allowed,            not_allowed",
                "404, Realm does not exist,   http_404",
                "200, incorrect_client_credentials, incorrect_client_credentials",
                "405, -, http_405",
                "302, -, http_302",
                "307, -, http_307",
                "400, -, http_400",
                "401, -, http_401",
                "403, -, http_403",
                "418, -, http_418",
            })
    void aRejectedClientOrRequestIsMisconfigured(int status, @Nullable String error, String name) {
        RefreshFailure failure = failure(status, "7", error == null ? "" : "{\"error\":\"%s\"}".formatted(error));

        assertThat(failure).isInstanceOf(Misconfigured.class);
        assertThat(failure.error()).isEqualTo(name);
        assertThat(failure.inDoubt()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | {'status':'BAD_REFRESH_TOKEN','message':'The refresh token is no good'}"
                        + "| bad_refresh_token | 400 bad_refresh_token: The refresh token is no good",
                "401 | {'success':false,'errors':[{'errorType':'invalid_grant','message':'Refresh token invalid'}]}"
                        + "| invalid_grant | 401 invalid_grant: Refresh token invalid",
                "400 | {'errorCode':'INVALID_GRANT'} | invalid_grant | 400 invalid_grant: INVALID_GRANT",
                "403 | {'error':'Invalid_Grant','error_description':'gone'} | invalid_grant | 403 invalid_grant: gone",
            })
    void aRejectedRefreshTokenIsRecognizedWhereverItsCodeIs(int status, String body, String error, String message) {
        RefreshFailure failure = failure(status, null, body.replace('\'', '"'));

        assertThat(failure).isInstanceOf(InvalidGrant.class);
        assertThat(failure.error()).isEqualTo(error);
        assertThat(failure.detail()).isEqualTo("the authorization server answered " + message);
    }

    @Test
    void theWordsOfAServerThatIsNotOfOAuthAreShown() {
        RefreshFailure failure =
                failure(400, null, "{\"code\":4711,\"message\":\"no device sent-refresh-token here\"}");

        assertThat(failure).isInstanceOf(Misconfigured.class);
        assertThat(failure.error()).isEqualTo("http_400");
        assertThat(failure.detail()).isEqualTo("the authorization server answered 400: no device [redacted] here");
    }

    @Test
    void aConfiguredErrorMayBeInAnyPlace() {
        Dialect dialect = dialect(new ErrorDialect(Set.of("DEVICE_GONE", "http_400"), null, null));
        TokenResponseParser own = new TokenResponseParser(dialect);
        for (String body : List.of("{\"status\":\"DEVICE_GONE\"}", "{\"message\":\"DEVICE_GONE\"}", "")) {
            assertThat(catchThrowableOfType(
                            RefreshFailure.class, () -> own.read(response(400, null, body), REDACTOR, NOW, null)))
                    .isInstanceOf(InvalidGrant.class);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'error':{'code':'invalid_grant','message':'Session not active'}} | invalid_grant: Session not active",
                "{'error':{'type':'INVALID_GRANT'}} | invalid_grant: INVALID_GRANT",
            })
    void aCodeMayBeInsideTheError(String body, String message) {
        RefreshFailure failure = failure(400, null, body.replace('\'', '"'));

        assertThat(failure).isInstanceOf(InvalidGrant.class);
        assertThat(failure.detail()).isEqualTo("the authorization server answered 400 " + message);
    }

    @Test
    void theConfigurationSaysWhereCodeAndWordsAre() {
        TokenResponseParser own = new TokenResponseParser(dialect(new ErrorDialect(
                Set.of("gone_for_good"), new ResponseLocation("/failure/kind"), new ResponseLocation("X-Reason"))));
        InboundResponse response = new InboundResponse(
                422, Map.of("x-reason", "your session has ended"), "{\"failure\":{\"kind\":\"gone_for_good\"}}");
        InboundResponse elsewhere = response(400, null, "{\"error\":\"invalid_grant\"}");

        RefreshFailure failure =
                catchThrowableOfType(RefreshFailure.class, () -> own.read(response, REDACTOR, NOW, null));
        assertThat(failure).isInstanceOf(InvalidGrant.class);
        assertThat(failure.detail())
                .isEqualTo("the authorization server answered 422 gone_for_good: your session has ended");
        assertThat(catchThrowableOfType(RefreshFailure.class, () -> own.read(elsewhere, REDACTOR, NOW, null)))
                .isInstanceOf(InvalidGrant.class);
    }

    @Test
    void aConfiguredDescriptionHidesNoCode() {
        TokenResponseParser own =
                new TokenResponseParser(dialect(new ErrorDialect(Set.of(), null, new ResponseLocation("/message"))));

        RefreshFailure failure = catchThrowableOfType(
                RefreshFailure.class,
                () -> own.read(
                        response(400, null, "{\"error\":\"invalid_grant\",\"message\":\"gone\"}"),
                        REDACTOR,
                        NOW,
                        null));

        assertThat(failure).isInstanceOf(InvalidGrant.class);
        assertThat(failure.detail()).isEqualTo("the authorization server answered 400 invalid_grant: gone");
    }

    /** It stands for responses that say nothing. */
    @ParameterizedTest
    @ValueSource(
            strings = {"{\"error\":\"unauthorized\"}", "{\"error\":\"MAINTENANCE\"}", "{\"message\":\"be back soon\"}"})
    void aConfiguredStatusMeansNoResponseWithWords(String body) {
        TokenResponseParser own =
                new TokenResponseParser(dialect(new ErrorDialect(Set.of("http_400", "http_401"), null, null)));

        for (int status : new int[] {400, 401}) {
            assertThat(catchThrowableOfType(
                            RefreshFailure.class, () -> own.read(response(status, null, body), REDACTOR, NOW, null)))
                    .isInstanceOf(Misconfigured.class);
        }
    }

    @Test
    void aConfiguredErrorIsDeadWhateverTheWords() {
        TokenResponseParser own = new TokenResponseParser(dialect(new ErrorDialect(Set.of("user_locked"), null, null)));
        String body = "{\"error\":\"user_locked\",\"error_description\":\"locked after too many requests\"}";

        assertThat(catchThrowableOfType(
                        RefreshFailure.class, () -> own.read(response(400, null, body), REDACTOR, NOW, null)))
                .isInstanceOf(InvalidGrant.class);
    }

    /** A gateway has codes of its own, and a server that fails may have acted. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "403 | {'code':'ACCESS_DENIED'} | http_403 | false",
                "401 | {'errorCode':'TOKEN_EXPIRED'} | http_401 | false",
                "503 | {'status':'SERVICE_UNAVAILABLE'} | http_503 | true",
                "500 | {'error':'rate limiter backend failed'} | http_500 | true",
            })
    void codesInOtherPlacesMeanNothingButARejectedRefreshToken(int status, String body, String error, boolean inDoubt) {
        RefreshFailure failure = failure(status, null, body.replace('\'', '"'));

        assertThat(failure).isNotInstanceOf(InvalidGrant.class);
        assertThat(failure.error()).isEqualTo(error);
        assertThat(failure.inDoubt()).isEqualTo(inDoubt);
    }

    @ParameterizedTest
    @ValueSource(strings = {"invalid_request", "invalid_scope", "unsupported_grant_type", "invalid_target"})
    void aWrongRequestIsNotAWrongClientWhateverTheStatus(String code) {
        RefreshFailure failure = failure(401, null, "{\"error\":\"" + code + "\"}");

        assertThat(failure.error()).isEqualTo(code);
        assertThat(ErrorClassifier.isClientAuthenticationFailure(failure)).isFalse();
    }

    private static Dialect dialect(ErrorDialect errors) {
        return new Dialect(Lifetimes.standard(), errors, Map.of(), List.of());
    }

    /** Their words about themselves are no errors. */
    @Test
    void aSuccessMayHaveAStatusAndAMessage() {
        assertThat(tokens("{\"access_token\":\"a1\",\"status\":\"TOKEN_EXPIRED\",\"message\":\"rate limit: 7\"}"))
                .isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | {'error':'Too many requests'}",
                "200 | {'error':'Too many requests'}",
                "400 | {'message':'Rate limit exceeded'}",
                "403 | {'error':'access_denied','error_description':'Rate limit exceeded: access_token not expired'}",
                "400 | {'error':'quota','error_description':'You are being throttled'}",
            })
    void tooManyRequestsInWordsAreThrottling(int status, String body) {
        RefreshFailure failure = failure(status, null, body.replace('\'', '"'));

        assertThat(failure).isInstanceOf(Unavailable.class);
        assertThat(((Unavailable) failure).throttled()).isTrue();
        assertThat(failure.inDoubt()).isFalse();
    }

    @Test
    void aDeadRefreshTokenIsDeadWhateverTheWords() {
        assertThat(failure(400, null, "{\"error\":\"invalid_grant\",\"error_description\":\"too many requests\"}"))
                .isInstanceOf(InvalidGrant.class);
    }

    /** The next secret of the file is worth a try. */
    @ParameterizedTest
    @ValueSource(strings = {"unauthorized", "denied", "bad_client"})
    void anUnknownCodeWith401IsAFailedClientAuthentication(String code) {
        RefreshFailure failure = failure(401, null, "{\"error\":\"" + code + "\"}");

        assertThat(failure.error()).isEqualTo("http_401");
        assertThat(failure.detail()).contains("401 " + code);
        assertThat(ErrorClassifier.isClientAuthenticationFailure(failure)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // status, error, Retry-After, name, in doubt, throttled
                "429, -,                       -, http_429,                false, true",
                "429, invalid_grant,           9, invalid_grant,           false, true",
                "400, slow_down,               -, slow_down,               false, true",
                "503, -,                       9, http_503,                false, false",
                "503, -,                       -, http_503,                true,  false",
                "503, -,                   later, http_503,                true,  false",
                "503, temporarily_unavailable, -, temporarily_unavailable, false, false",
                "400, temporarily_unavailable, -, temporarily_unavailable, false, false",
                "400, server_error,            -, server_error,            true,  false",
                "200, server_error,            -, server_error,            true,  false",
                "500, invalid_grant,           -, invalid_grant,           true,  false",
                "408, -,                       -, http_408,                true,  false",
                "500, -,                       -, http_500,                true,  false",
                "501, -,                       -, http_501,                true,  false",
                "502, -,                       9, http_502,                true,  false",
                "504, -,                       -, http_504,                true,  false",
            })
    void aServerErrorIsUnavailable(
            int status,
            @Nullable String error,
            @Nullable String retryAfter,
            String name,
            boolean inDoubt,
            boolean throttled) {
        RefreshFailure failure =
                failure(status, retryAfter, error == null ? "<html>" : "{\"error\":\"%s\"}".formatted(error));

        assertThat(failure).isInstanceOf(Unavailable.class);
        assertThat(failure.error()).isEqualTo(name);
        assertThat(failure.inDoubt()).isEqualTo(inDoubt);
        assertThat(((Unavailable) failure).throttled()).isEqualTo(throttled);
        assertThat(failure.retryAfter()).isEqualTo("9".equals(retryAfter) ? Duration.ofSeconds(9) : null);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | {'error':'invalid_grant','error_description':'Stale token'}"
                        + "| the authorization server answered 400 invalid_grant: Stale token",
                "400 | error=invalid_scope&error_description=too+much"
                        + "| the authorization server answered 400 invalid_scope: too much",
                "404 | {'error':'Realm does not exist'}"
                        + "| the authorization server answered 404: Realm does not exist; check the issuer or the token endpoint",
                "302 | <html> | the authorization server answered 302;"
                        + " the sidecar does not follow redirects with credentials: configure the URL it points to",
                "300 | <html> | the authorization server answered 300;"
                        + " the sidecar does not follow redirects with credentials: configure the URL it points to",
                "401 | <html> | the authorization server answered 401; it gives no reason:"
                        + " check the client credentials, then whether the presented token is still valid",
                "403 | {'error':{'message':'no such app','code':190}}"
                        + "| the authorization server answered 403: no such app",
            })
    void theMessageQuotesTheServer(int status, String body, String message) {
        assertThat(failure(status, null, body.replace('\'', '"')).detail()).isEqualTo(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'error':'invalid_grant','error_description':'cannot use sent-refresh-token here'}",
                "{'error':'sent-refresh-token'}",
                "{'error':'unknown.sent-refresh-token'}",
                "{'error':'invalid_request','error_description':'got eyJhbGciOiJIUzI1NiJ9.e30.sent-refresh-token'}",
                "error=invalid_grant&error_description=sent-refresh-token",
                "{'error':{'message':'sent-refresh-token'}}",
                "sent-refresh-token",
            })
    @DisplayName("A token that the server echoes in an error response appears in no error and no log line: in any"
            + " field (R47)")
    void aTokenInAnErrorBodyIsRedacted(String body) {
        for (int status : new int[] {200, 400, 500}) {
            RefreshFailure failure = failure(status, null, body.replace('\'', '"'));

            assertThat(failure.toString() + failure.error() + failure.detail()).doesNotContain("sent-refresh-token");
        }
    }

    /** What is shown may be another text: they look like credentials, are longer than a line, or have one of ours in it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "REFRESH_TOKEN_REVOKED_17 | {'error':'REFRESH_TOKEN_REVOKED_17'}",
                "session.of.sent-refresh-token | {'error':'session.of.sent-refresh-token'}",
                "SessionEndedForUser0815 | {'error':'denied','error_description':'SessionEndedForUser0815'}",
                "SessionEndedForUser0815 | {'error':{'message':'SessionEndedForUser0815'}}",
            })
    void aConfiguredErrorIsComparedAsTheServerWroteIt(String configured, String body) {
        Dialect dialect = dialect(new ErrorDialect(Set.of(configured, LONG), null, null));
        TokenResponseParser own = new TokenResponseParser(dialect);
        for (String each : List.of(body, "{'error':'" + LONG + "'}")) {
            RefreshFailure failure = catchThrowableOfType(
                    RefreshFailure.class,
                    () -> own.read(response(400, null, each.replace('\'', '"')), REDACTOR, NOW, null));

            assertThat(failure).isInstanceOf(InvalidGrant.class);
            assertThat(failure.error() + failure.detail()).doesNotContain("sent-refresh-token", configured, LONG);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"invalid_grant", "slow_down", "invalid_client", "authorization_pending", "server_error"})
    void aWellKnownCodeIsRecognizedEvenIfItIsPartOfACredential(String code) {
        Redactor redactor = new Redactor(List.of(Secret.of(code)));

        RefreshFailure failure = catchThrowableOfType(
                RefreshFailure.class,
                () -> parser.read(response(400, null, "{\"error\":\"" + code + "\"}"), redactor, NOW, null));

        assertThat(failure.error()).isEqualTo(code);
        assertThat(failure).hasSameClassAs(failure(400, null, "{\"error\":\"" + code + "\"}"));
    }

    @Test
    void toStringHidesTheBody() {
        assertThat(response(200, null, "{\"access_token\":\"a1\"}")).hasToString("InboundResponse[status=200]");
    }

    private TokenResponse tokens(String body) {
        return (TokenResponse) parser.read(response(200, null, body), REDACTOR, NOW, null);
    }

    private RefreshFailure failure(int status, @Nullable String retryAfter, String body) {
        return catchThrowableOfType(
                RefreshFailure.class, () -> parser.read(response(status, retryAfter, body), REDACTOR, NOW, null));
    }

    private static InboundResponse response(int status, @Nullable String retryAfter, String body) {
        return Responses.response(status, null, retryAfter, body);
    }
}
