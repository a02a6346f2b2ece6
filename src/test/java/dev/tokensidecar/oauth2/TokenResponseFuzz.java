package dev.tokensidecar.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.oauth2.http.InboundResponse;
import dev.tokensidecar.oauth2.http.Redactor;
import dev.tokensidecar.oauth2.http.RedactorFuzz;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.TokenResponse;
import dev.tokensidecar.token.UnusableResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fuzzes the responses of endpoints with and without OAuth: the status, {@code Date} and {@code Retry-After} on a line
 * each, then the body.
 */
public final class TokenResponseFuzz {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final String REFRESH_TOKEN = "r/t +2~";
    private static final String CLIENT_SECRET = "open-sesame";
    private static final Redactor REDACTOR = new Redactor(List.of(Secret.of(CLIENT_SECRET), Secret.of(REFRESH_TOKEN)));
    private static final List<ResponseReader<?>> READERS = List.of(
            reader(Dialect.standard()),
            reader(new Dialect(
                    new Lifetimes(Lifetimes.Unit.MILLISECONDS, "expires_at"),
                    ErrorDialect.standard(),
                    Map.of(),
                    List.of())),
            new DeviceAuthorizationParser(),
            new RefreshResponseParser(withoutOAuth(), Lifetimes.standard()));

    private TokenResponseFuzz() {}

    private static ResponseReader<?> reader(Dialect dialect) {
        TokenResponseParser parser = new TokenResponseParser(dialect);
        return (response, redactor, now) -> parser.read(response, redactor, now, null);
    }

    /** The fuzzer's entry point. */
    public static void fuzzerTestOneInput(byte[] input) {
        String[] lines = new String(input, StandardCharsets.UTF_8).split("\n", 4);
        InboundResponse response = Responses.response(
                lines[0].matches("[1-5]\\d\\d") ? Integer.parseInt(lines[0]) : 200,
                line(lines, 1),
                line(lines, 2),
                lines.length < 4 ? "" : lines[3]);
        READERS.forEach(reader -> read(reader, response));
    }

    /** Makes an endpoint whose response has its tokens in the same fields as an OAuth response. */
    private static RefreshEndpoint withoutOAuth() {
        return new RefreshEndpoint(
                URI.create("https://app.example.com/refresh"),
                new RefreshEndpoint.Request(RefreshEndpoint.Method.POST, RefreshEndpoint.Body.NONE, Map.of(), Map.of()),
                new RefreshEndpoint.Response(
                        new ResponseLocation("/access_token"),
                        new ResponseLocation("/refresh_token"),
                        new ResponseLocation("/expires_in"),
                        new ResponseLocation("/expires_at"),
                        new ResponseLocation("/error_description")),
                Set.of(401));
    }

    private static @Nullable String line(String[] lines, int number) {
        return lines.length <= number || lines[number].isEmpty() ? null : lines[number];
    }

    private static void read(ResponseReader<?> reader, InboundResponse response) {
        try {
            switch (reader.read(response, REDACTOR, NOW)) {
                case TokenResponse tokens -> assertUsable(tokens);
                case UnusableResponse unusable -> {
                    assertThat(unusable.refreshToken().reveal()).isNotBlank();
                    assertThat(unusable.toString()).contains("refreshToken=[secret]");
                    assertSafeToShow(unusable.flaw());
                }
                case DeviceCode code -> assertSafeToShow(code);
                case Object other -> throw new AssertionError(other);
            }
        } catch (RefreshFailure failure) {
            assertSafeToShow(failure);
        }
    }

    private static void assertUsable(TokenResponse tokens) {
        assertThat(tokens.accessToken().reveal()).isNotBlank().matches("[\\x20-\\x7e]+");
        assertThat(tokens.tokenType()).isEqualTo("Bearer");
        if (tokens.refreshToken() != null) {
            assertThat(tokens.refreshToken().reveal()).isNotBlank();
        }
        assertSane(tokens.lifetime());
        assertSane(tokens.refreshTokenLifetime());
        assertThat(tokens.toString()).contains("accessToken=[secret]");
    }

    private static void assertSane(@Nullable Duration lifetime) {
        assertThat(lifetime == null || (lifetime.isPositive() && lifetime.compareTo(Lifetimes.MAX) <= 0))
                .as("lifetime %s", lifetime)
                .isTrue();
    }

    /** The request for it contained no refresh token. */
    private static void assertSafeToShow(DeviceCode code) {
        String shown = code.pending().detail() + code.prompt().verificationUriComplete();
        assertThat(shown).hasSizeLessThan(1000).doesNotContain(CLIENT_SECRET).matches("[\\x20-\\x7e]+");
        assertThat(RedactorFuzz.decoded(shown)).doesNotContain(CLIENT_SECRET);
    }

    private static void assertSafeToShow(RefreshFailure failure) {
        String shown = failure.error() + "\n" + failure.detail() + "\n" + failure;
        assertThat(shown).hasSizeLessThan(1000).doesNotContain(CLIENT_SECRET, REFRESH_TOKEN);
        assertThat(RedactorFuzz.decoded(shown)).doesNotContain(CLIENT_SECRET, REFRESH_TOKEN);
        assertThat(failure.detail()).doesNotContainPattern("[\\p{C}\\p{Zl}\\p{Zp}]");
        assertThat(failure.retryAfter() == null || !failure.retryAfter().isNegative())
                .isTrue();
    }
}
