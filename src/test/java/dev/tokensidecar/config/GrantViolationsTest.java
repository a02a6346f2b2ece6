package dev.tokensidecar.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.config.TokenSettings.GrantType;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GrantViolationsTest {

    private static final String PREFIX = "sidecar.token.";

    private static Given grant(String type) {
        return Given.minimal().without("store.refresh-token-file").token("grant.type", type);
    }

    @ParameterizedTest
    @CsvSource({
        "token_exchange, grant.subject-token-file, name the file that holds the token to exchange",
        "password, grant.username, write the name of the user",
        "password, grant.password-file, name the file that holds the password of the user",
    })
    void eachGrantRequiresItsKeys(String type, String key, String remedy) {
        assertThat(grant(type).violations()).contains(PREFIX + key + " is missing: " + remedy);
    }

    @ParameterizedTest
    @CsvSource({
        "grant.assertion-file, jwt_bearer",
        "grant.subject-token-file, token_exchange",
        "grant.subject-token-type, token_exchange",
        "grant.requested-token-type, token_exchange",
        "grant.username, password",
        "grant.password-file, password",
    })
    void keysOfOtherGrantsAreRejected(String key, String user) {
        assertThat(grant("client_credentials").token(key, "/x").violations())
                .containsExactly(PREFIX + key
                        + " is not used with sidecar.token.grant.type=client_credentials: leave it out or set " + user);
    }

    @Test
    void aDeviceAuthorizationEndpointIsForDeviceCodesOnly() {
        assertThat(grant("client_credentials")
                        .token("authorization-server.device-authorization-endpoint", "https://login.example.com/device")
                        .violations())
                .singleElement()
                .asString()
                .endsWith("leave it out or set device_code");
    }

    @Test
    void aDeviceCodeNeedsAnEndpointOrAnIssuer() {
        Given given = grant("device_code")
                .without("authorization-server.issuer")
                .token("authorization-server.token-endpoint", "https://login.example.com/token");

        assertThat(given.violations())
                .containsExactly(
                        "sidecar.token.authorization-server.device-authorization-endpoint is missing: write its URL, or the"
                                + " issuer's URL in sidecar.token.authorization-server.issuer in its place");
        assertThat(given.token("authorization-server.device-authorization-endpoint", "https://login.example.com/device")
                        .settings()
                        .authorizationServer()
                        .deviceAuthorizationEndpoint())
                .isNotNull();
    }

    @ParameterizedTest
    @EnumSource(names = {"CLIENT_CREDENTIALS", "JWT_BEARER", "TOKEN_EXCHANGE", "PASSWORD"})
    void grantsWithoutARefreshTokenRejectASeed(GrantType type) {
        String name = type.name().toLowerCase(Locale.ROOT);

        assertThat(Given.minimal().token("grant.type", name).violations())
                .contains("sidecar.token.store.refresh-token-file is not used with sidecar.token.grant.type=" + name
                        + ": leave it out or set refresh_token or device_code");
    }

    /** Any grant may return a refresh token, and with a device code it is worth keeping. */
    @Test
    void anyGrantMayHaveAStore() {
        assertThat(grant("client_credentials")
                        .token("store.file", "/data/refresh-token")
                        .settings()
                        .store()
                        .isVolatile())
                .isFalse();
        assertThat(grant("device_code").settings().store().isVolatile()).isTrue();
        assertThat(Given.minimal()
                        .token("grant.type", "device_code")
                        .settings()
                        .store()
                        .refreshTokenFile())
                .isNotNull();
    }

    @Test
    void allViolationsOfAMixtureAreReported() {
        assertThat(Given.nothing()
                        .token("grant.type", "password")
                        .token("grant.subject-token-file", "/var/run/token")
                        .token("grant.password-file", "hunter2+")
                        .token("client.authentication-method", "private_key_jwt")
                        .token("client.secret-file", "/etc/secret")
                        .violations())
                .extracting(violation -> violation.substring(PREFIX.length()).split(" ", 2)[0])
                .containsExactlyInAnyOrder(
                        "authorization-server.issuer",
                        "client.id",
                        "client.key-file",
                        "client.secret-file",
                        "grant.subject-token-file",
                        "grant.username",
                        "grant.password-file");
    }

    /** RFC 7617 section 2. */
    @Test
    void aPlainIdHasNoColon() {
        Given given = Given.minimal().token("client.basic-encoding", "none").token("client.id", "a:b");

        assertThat(given.violations())
                .containsExactly("sidecar.token.client.basic-encoding = 'none' does not go with a colon in"
                        + " sidecar.token.client.id");
        assertThat(given.token("client.basic-encoding", "form").settings()).isNotNull();
    }

    /** Some servers want it beside HTTP Basic. In any other case the sidecar sends it. */
    @Test
    void theClientIdMayBeAnExtraParameterIfItIsNotInTheFormAlready() {
        Given both = Given.minimal().token("grant.extra-parameters", "client_id=app");

        assertThat(both.settings().grant().extraParameters()).containsEntry("client_id", "app");
        assertThat(both.token("client.authentication-method", "client_secret_post")
                        .violations())
                .singleElement()
                .asString()
                .endsWith("must not name client_id: the sidecar sets that parameter itself");
    }

    @ParameterizedTest
    @CsvSource({
        "Authorization=x, 'must not name Authorization: the sidecar sets that header itself'",
        "host=x, 'must not name host: the sidecar sets that header itself'",
        "X Tenant=x, 'cannot be used, X Tenant is not a header: write Name=value,Name=value'",
    })
    void malformedAndReservedHeadersAreRejected(String value, String problem) {
        assertThat(Given.minimal()
                        .token("authorization-server.extra-headers", value)
                        .violations())
                .containsExactly("sidecar.token.authorization-server.extra-headers " + problem);
    }
}
