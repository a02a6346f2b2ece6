package dev.tokensidecar.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.config.SidecarSettings.AuthorizeSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The port for gateways. */
class AuthorizeKeysTest {

    @Test
    void withoutAPortThereIsNone() {
        assertThat(Given.minimal().all().authorize()).isNull();
    }

    @Test
    void aPortServesTheDefaultToken() {
        assertThat(Given.authorize().all().authorize())
                .isEqualTo(new AuthorizeSettings(8195, "default", Path.of("/secrets/gateway")));
    }

    @Test
    void aPortNeedsASecret() {
        assertThat(Given.minimal().property("sidecar.authorize.port", "8195").violations())
                .containsExactly(
                        "sidecar.authorize.caller-secret-file is missing: name the file with the secret of the gateway");
    }

    @ParameterizedTest
    @CsvSource({"token, default", "caller-secret-file, /secrets/gateway"})
    void theOtherKeysNeedAPort(String key, String value) {
        assertThat(Given.minimal().property("sidecar.authorize." + key, value).violations())
                .containsExactly("sidecar.authorize." + key
                        + " is not used without sidecar.authorize.port: leave it out or choose a port");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "port | 8191 | port is the same as quarkus.http.port: write another one",
                "port | 9191 | port is the same as quarkus.management.port: write another one",
                "port | 8192 | port is the port of a route of sidecar.forward: write another one",
                "port | 0 | port must be at least 1",
                "token | other | token names no configured token: write one of default, orders, or configure it",
                "token | orders | token names a token that callers get for their users: name another token",
                "caller-secret-file | s3cret | caller-secret-file is not a path and is not shown",
            })
    void aWrongValueIsRejected(String key, String value, String problem) {
        Given given = Given.authorize()
                .property("sidecar.forward.api.target", "https://api.example.com")
                .property("sidecar.tokens.orders.authorization-server.issuer", "https://login.example.com")
                .property("sidecar.tokens.orders.client.id", "app")
                .property("sidecar.tokens.orders.client.secret-file", "/secrets/client")
                .property("sidecar.tokens.orders.grant.type", "token_exchange")
                .property("sidecar.tokens.orders.grant.subject", "request")
                .property(
                        "sidecar.tokens.orders.grant.subject-token-type",
                        "urn:ietf:params:oauth:token-type:access_token")
                .property("sidecar.authorize." + key, value);

        assertThat(given.violations()).singleElement().asString().startsWith("sidecar.authorize." + problem);
    }

    @Test
    void theTokenFileMustNotBeTheSecret() {
        assertThat(Given.authorize().token("file", "/secrets/gateway").violations())
                .singleElement()
                .asString()
                .startsWith("sidecar.token.file must not be sidecar.authorize.caller-secret-file");
    }
}
