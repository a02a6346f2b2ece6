package dev.tokensidecar.oauth2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tokensidecar.oauth2.http.Redactor;
import dev.tokensidecar.token.LoginPrompt;
import dev.tokensidecar.token.RefreshFailure.AuthorizationPending;
import dev.tokensidecar.token.RefreshFailure.InvalidResponse;
import dev.tokensidecar.token.Secret;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceAuthorizationParserTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static AuthorizationPending read(String body) {
        return new DeviceAuthorizationParser()
                .read(Responses.response(200, null, null, body), new Redactor(List.of()), NOW)
                .pending();
    }

    /** Reads a response with these values, and with whatever follows. */
    private static LoginPrompt prompt(String userCode, String uri, String more) {
        return read("{\"device_code\":\"d\",\"user_code\":\"%s\",\"verification_uri\":\"%s\"%s}"
                        .formatted(userCode, uri, more))
                .prompt();
    }

    @Test
    void missingFieldsHaveDefaults() {
        AuthorizationPending pending = read(
                "{\"device_code\":\"d\",\"user_code\":\"1 2\",\"verification_url\":\"https://example.com/device\"}");

        assertThat(pending.interval()).hasSeconds(5);
        assertThat(pending.prompt().expiresAt()).isEqualTo(NOW.plusSeconds(300));
        assertThat(pending.prompt().verificationUri()).isEqualTo("https://example.com/device");
        assertThat(pending.prompt().verificationUriComplete()).isNull();
    }

    @Test
    void aLifetimeAndAnIntervalOfZeroCountAsMissing() {
        AuthorizationPending pending =
                read("{\"device_code\":\"d\",\"user_code\":\"A\",\"verification_uri\":\"https://example.com\","
                        + "\"expires_in\":0,\"interval\":0}");

        assertThat(pending.interval()).hasSeconds(5);
        assertThat(pending.prompt().expiresAt()).isEqualTo(NOW.plusSeconds(300));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.001", "1e-9", "0.999", "1"})
    void noIntervalIsShorterThanASecond(String interval) {
        AuthorizationPending pending =
                read("{\"device_code\":\"d\",\"user_code\":\"A\",\"verification_uri\":\"https://example.com\","
                        + "\"expires_in\":0.001,\"interval\":" + interval + "}");

        assertThat(pending.interval()).hasSeconds(1);
    }

    @Test
    void anAddressWithTheCodeIsAConvenienceThatMayBeUnusable() {
        assertThat(prompt("A", "https://e.com", ",\"verification_uri_complete\":\"javascript:alert(1)\"")
                        .verificationUriComplete())
                .isNull();
    }

    @Test
    void codesAndAddressesOfAHumanLengthAreShown() {
        String code = "A".repeat(64);
        String uri = "https://e.com/" + "a".repeat(386);

        assertThat(prompt(code, uri, "").userCode()).isEqualTo(code);
        assertThat(prompt(code, uri, "").verificationUri()).isEqualTo(uri);
        assertThatThrownBy(() -> prompt(code + "A", uri, "")).hasMessageEndingWith("no usable user_code");
        assertThatThrownBy(() -> prompt(code, uri + "a", "")).hasMessageEndingWith("no usable verification_uri");
    }

    @ParameterizedTest
    @ValueSource(strings = {"verification_uri", "verification_uri_complete", "user_code"})
    void aPromptThatEchoesACredentialIsAnInvalidResponse(String field) {
        Redactor redactor = new Redactor(List.of(Secret.of("s3cret-of-the-client")));
        String body =
                "{\"device_code\":\"d\",\"user_code\":\"A\",\"verification_uri\":\"https://example.com\",\"%s\":\"%s\"}"
                        .formatted(
                                field,
                                "user_code".equals(field)
                                        ? "s3cret-of-the-client"
                                        : "https://e.com/s3cret-of-the-client");

        assertThatThrownBy(() ->
                        new DeviceAuthorizationParser().read(Responses.response(200, null, null, body), redactor, NOW))
                .isInstanceOf(InvalidResponse.class)
                .hasMessageEndingWith("a credential of the client in a field that users see")
                .hasMessageNotContaining("s3cret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html>",
                "{\"user_code\":\"A\",\"verification_uri\":\"https://example.com\"}",
                "{\"device_code\":\"d\",\"verification_uri\":\"https://example.com\"}",
                "{\"device_code\":\"d\",\"user_code\":\"A\"}",
                "{\"device_code\":\"d\",\"user_code\":\"A\\nB\",\"verification_uri\":\"https://example.com\"}",
                "{\"device_code\":\"d\",\"user_code\":\"A\",\"verification_uri\":\"javascript:alert(1)\"}",
                "{\"device_code\":\"d\",\"user_code\":\"A\",\"verification_uri\":\"https://example.com/\u202e\"}",
                "{\"device_code\":\"d\",\"user_code\":\"A\",\"verification_uri\":\"https://example.com/\\nX\"}",
                "{\"device_code\":\"d\",\"user_code\":\"A\",\"verification_uri\":\"https://example.com/{}\"}",
            })
    void aPromptThatIsUnsafeToShowIsAnInvalidResponse(String body) {
        assertThatThrownBy(() -> read(body)).isInstanceOf(InvalidResponse.class);
    }
}
