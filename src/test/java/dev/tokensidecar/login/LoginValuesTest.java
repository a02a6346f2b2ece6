package dev.tokensidecar.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tokensidecar.token.RefreshFailure.InvalidResponse;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.TokenResponse;
import dev.tokensidecar.token.UnusableResponse;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a login is told, and what it returns. */
class LoginValuesTest {

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:8400/callback, 127.0.0.1, /callback",
        "http://localhost:8400/a/b, 127.0.0.1, /a/b",
        "http://[::1]:0/callback, ::1, /callback",
        "http://127.0.0.1:8400, 127.0.0.1, /",
    })
    void aRedirectUriIsOnLoopback(URI uri, String bound, String path) {
        RedirectAddress address = new RedirectAddress(uri);

        assertThat(address.bindAddress()).isEqualTo(bound);
        assertThat(address.path()).isEqualTo(path);
    }

    /** RFC 9110 section 7.2: browsers leave the default port out. */
    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:80/callback, 127.0.0.1, true",
        "http://127.0.0.1:80/callback, 127.0.0.1:80, true",
        "http://[::1]:80/callback, [::1], true",
        "http://127.0.0.1:8400/callback, 127.0.0.1:8400, true",
        "http://127.0.0.1:8400/callback, 127.0.0.1, false",
        "http://127.0.0.1:80/callback, localhost, false",
        "http://127.0.0.1:80/callback, , false",
    })
    void aRequestNamesTheHostOfTheRedirectUri(URI uri, @Nullable String host, boolean accepted) {
        assertThat(new RedirectAddress(uri).isHost(host)).isEqualTo(accepted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1:8400/callback",
                "http://127.0.0.1/callback",
                "http://10.0.0.1:8400/callback",
                "http://login.example.com:8400/callback",
                "http://127.0.0.1:8400/callback?a=b",
                "http://127.0.0.1:8400/callback#a",
                "http://user@127.0.0.1:8400/callback",
                "http://127.0.0.1:65536/callback",
                "urn:ietf:wg:oauth:2.0:oob",
            })
    void anotherRedirectUriIsRejected(URI uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RedirectAddress(uri))
                .withMessage("a redirect URI is http, with a host of 127.0.0.1, [::1] or localhost and a port, such as"
                        + " http://127.0.0.1:8400/callback");
    }

    @ParameterizedTest
    @ValueSource(strings = {"state", "redirect_uri", "scope", "request_uri", "code_challenge"})
    void aParameterOfTheCommandCannotBeReplaced(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LoginParameters(Map.of(name, "x")))
                .withMessage("the command sets " + name + " itself, from the configuration");
    }

    /** OpenID Connect Core section 11. */
    @Test
    void offlineAccessAsksForConsent() {
        LoginParameters none = new LoginParameters(Map.of());

        assertThat(none.forScope("openid offline_access").values()).isEqualTo(Map.of("prompt", "consent"));
        assertThat(none.forScope("openid").values()).isEmpty();
        assertThat(none.forScope(null).values()).isEmpty();
        assertThat(new LoginParameters(Map.of("prompt", "login"))
                        .forScope("offline_access")
                        .values())
                .isEqualTo(Map.of("prompt", "login"));
    }

    @Test
    void theRefreshTokenCountsEvenIfNobodyCanUseTheAccessToken() {
        IssuedRefreshToken issued = IssuedRefreshToken.of(new UnusableResponse(
                new InvalidResponse("no access token"), Secret.of("rt"), Duration.ofDays(1), null));

        assertThat(issued).isEqualTo(new IssuedRefreshToken(Secret.of("rt"), Duration.ofDays(1)));
    }

    @Test
    void withoutARefreshTokenItSaysWhatBringsOne() {
        assertThatThrownBy(() ->
                        IssuedRefreshToken.of(new TokenResponse(Secret.of("at"), "Bearer", null, null, null, null)))
                .isInstanceOf(LoginFailure.class)
                .hasMessageContaining("offline_access")
                .hasMessageContaining("access_type=offline")
                .hasMessageContaining("prompt=consent")
                .message()
                .doesNotContain("at\"", "\n");
    }
}
