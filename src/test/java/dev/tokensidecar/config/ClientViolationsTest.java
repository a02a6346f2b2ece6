package dev.tokensidecar.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Client authentication methods with missing or unused keys. */
class ClientViolationsTest {

    private static final String METHOD = "sidecar.token.client.authentication-method=";

    @Test
    void aPublicClientHasNoSecret() {
        assertThat(Given.minimal().token("client.authentication-method", "none").violations())
                .containsExactly("sidecar.token.client.secret-file is not used with " + METHOD
                        + "none: leave it out or set client_secret_basic or client_secret_post or client_secret_jwt");
    }

    @ParameterizedTest
    @CsvSource({
        "client_secret_jwt, client.secret-file, the file that holds the client secret",
        "private_key_jwt, client.key-file, the file that holds the private key of the client",
        "client_assertion, client.assertion-file, the file that holds the assertion",
    })
    void eachMethodRequiresItsCredential(String method, String key, String file) {
        assertThat(with(method).violations())
                .singleElement()
                .asString()
                .startsWith("sidecar.token." + key + " is missing: name " + file);
    }

    @ParameterizedTest
    @CsvSource({
        "client.key-file, /run/tls.key, private_key_jwt",
        "client.key-id, k1, private_key_jwt",
        "client.certificate-file, /run/tls.crt, private_key_jwt",
        "client.signing-algorithm, RS256, client_secret_jwt or private_key_jwt",
        "client.assertion-audience, token_endpoint, client_secret_jwt or private_key_jwt",
        "client.assertion-file, /run/token, client_assertion",
    })
    void keysOfOtherMethodsAreRejected(String key, String value, String others) {
        for (String method : new String[] {"none", "tls_client_auth", "self_signed_tls_client_auth"}) {
            assertThat(with(method).token(key, value).violations())
                    .containsExactly("sidecar.token." + key + " is not used with " + METHOD + method
                            + ": leave it out or set " + others);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"private_key_jwt", "tls_client_auth", "none"})
    void onlyAnAssertionOfAnotherIssuerReplacesTheClientId(String method) {
        assertThat(with(method)
                        .without("client.id")
                        .token("client.key-file", "/run/tls.key")
                        .violations())
                .contains("sidecar.token.client.id is missing: write the client identifier that the authorization"
                        + " server knows");
    }

    @Test
    void secretsAndKeysHaveDifferentAlgorithms() {
        assertThat(with("client_secret_jwt")
                        .token("client.secret-file", "/run/secret")
                        .token("client.signing-algorithm", "RS256")
                        .violations())
                .containsExactly("sidecar.token.client.signing-algorithm = 'RS256' does not go with " + METHOD
                        + "client_secret_jwt: write one of HS256, HS384, HS512");
        assertThat(with("private_key_jwt")
                        .token("client.key-file", "/run/tls.key")
                        .token("client.signing-algorithm", "hs256")
                        .violations())
                .containsExactly("sidecar.token.client.signing-algorithm = 'HS256' does not go with " + METHOD
                        + "private_key_jwt: write one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384,"
                        + " ES512, EdDSA");
    }

    @Test
    void anUnknownAlgorithmIsRejected() {
        assertThat(with("private_key_jwt")
                        .token("client.key-file", "/run/tls.key")
                        .token("client.signing-algorithm", "none")
                        .violations())
                .singleElement()
                .asString()
                .startsWith("sidecar.token.client.signing-algorithm = 'none' cannot be used: write one of HS256,");
    }

    @Test
    void theIssuerAsAudienceNeedsAnIssuer() {
        Given given = with("private_key_jwt")
                .token("client.key-file", "/run/tls.key")
                .token("client.assertion-audience", "issuer");
        assertThat(given.settings().client().assertion().audience()).isEqualTo("issuer");

        given = given.without("authorization-server.issuer")
                .token("authorization-server.token-endpoint", "https://login.example.com/token");

        assertThat(given.violations())
                .containsExactly("sidecar.token.client.assertion-audience = 'issuer' needs"
                        + " sidecar.token.authorization-server.issuer: write token_endpoint or the audience itself");
    }

    @ParameterizedTest
    @ValueSource(strings = {"issuer", "token-endpoint"})
    void aClientCertificateNeedsTls(String address) {
        assertThat(with("self_signed_tls_client_auth")
                        .without("authorization-server.issuer")
                        .token("authorization-server." + address, "http://login.example.com")
                        .violations())
                .containsExactly("sidecar.token.authorization-server." + address + " must begin with https with "
                        + METHOD + "self_signed_tls_client_auth: a certificate is shown in TLS only");
    }

    private static Given with(String method) {
        return Given.minimal().without("client.secret-file").token("client.authentication-method", method);
    }
}
