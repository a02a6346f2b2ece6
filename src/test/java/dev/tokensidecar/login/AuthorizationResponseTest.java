package dev.tokensidecar.login;

import static dev.tokensidecar.login.Requests.PAGE;
import static dev.tokensidecar.login.Requests.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.login.AuthorizationResponse.CodeIssued;
import dev.tokensidecar.login.AuthorizationResponse.Refused;
import dev.tokensidecar.login.AuthorizationResponse.Unrelated;
import dev.tokensidecar.token.Secret;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the browser brings back. */
class AuthorizationResponseTest {

    private static AuthorizationResponse read(@Nullable String query) {
        return AuthorizationResponse.of(query, REQUEST, PAGE);
    }

    private static AuthorizationResponse read(String query, LoginPage page) {
        return AuthorizationResponse.of(query, REQUEST, page);
    }

    private static String refusal(AuthorizationResponse response) {
        assertThat(response).isInstanceOf(Refused.class);
        return ((Refused) response).reason();
    }

    @Test
    void aCodeWithTheStateOfTheRequestCounts() {
        assertThat(read("code=a%2Bb&state=state-1&session_state=x")).isEqualTo(new CodeIssued(Secret.of("a+b")));
        assertThat(read("code=a&state=state-1").toString()).doesNotContain("=a");
    }

    /** The forms of RFC 6749 appendix B separate parameters by an ampersand only. */
    @Test
    void aSemicolonIsACharacterOfAValue() {
        assertThat(read("code=a;b&state=state-1")).isEqualTo(new CodeIssued(Secret.of("a;b")));
        assertThat(read("code=a;state=state-1")).isEqualTo(new Unrelated());
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "code=a",
                "code=a&state=",
                "code=a&state=state-2",
                "error=access_denied",
                "error=access_denied&state=other",
                "code=a&state=state-1&state=state-1",
                "code=a&code=b&state=state-1",
                "code=%zz&state=state-1",
            })
    void anythingElseIsUnrelated(@Nullable String query) {
        assertThat(read(query)).isEqualTo(new Unrelated());
    }

    /** RFC 9207 section 2.4. */
    @ParameterizedTest
    @CsvSource({
        "false, '', true",
        "true, '', false",
        "false, https%3A%2F%2Flogin.example.com, true",
        "true, https%3A%2F%2Flogin.example.com, true",
        "false, https%3A%2F%2Flogin.example.com%2F, false",
        "true, https%3A%2F%2Fevil.example, false",
    })
    void theIssuerIsCheckedIfItIsSentOrPromised(boolean promised, String sent, boolean accepted) {
        LoginPage page = new LoginPage(PAGE.address(), Requests.ISSUER, promised);
        AuthorizationResponse response = read("code=a&state=state-1" + (sent.isEmpty() ? "" : "&iss=" + sent), page);

        if (accepted) {
            assertThat(response).isEqualTo(new CodeIssued(Secret.of("a")));
        } else {
            assertThat(refusal(response)).contains("the login was at https://login.example.com");
        }
    }

    @Test
    void anIssuerThatNobodyKnowsIsNotChecked() {
        LoginPage page = new LoginPage(PAGE.address(), null, false);

        assertThat(read("code=a&state=state-1&iss=x", page)).isEqualTo(new CodeIssued(Secret.of("a")));
    }

    @Test
    void anErrorOfAnotherIssuerIsNotBelieved() {
        assertThat(refusal(read("error=access_denied&state=state-1&iss=https%3A%2F%2Fevil.example")))
                .startsWith("the response names the issuer https://evil.example,");
    }

    @ParameterizedTest
    @CsvSource({
        "access_denied, log in again and grant it",
        "invalid_scope, correct grant.scope",
        "unauthorized_client, allow the client the authorization code grant",
        "temporarily_unavailable, try again later",
        "custom_error, see the documentation of the server",
    })
    void anErrorSaysWhatToDo(String error, String cure) {
        assertThat(refusal(read("error=" + error + "&state=state-1&error_description=no+way")))
                .startsWith("the authorization server granted no access (" + error + ", \"no way\"): " + cure);
    }

    @Test
    void textOfTheServerStaysOnItsLine() {
        String reason = refusal(read("error=a%0Ab&state=state-1&error_description=x%1b%5B2J%0D%0Ay" + "z".repeat(300)));

        assertThat(reason).doesNotContain("\n", "\r", "\u001b").hasSizeLessThan(500);
    }

    @Test
    void neitherCodeNorErrorIsAFailure() {
        assertThat(refusal(read("state=state-1"))).contains("sent no code");
    }
}
