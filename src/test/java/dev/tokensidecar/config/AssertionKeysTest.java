package dev.tokensidecar.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.config.TokenSettings.SignedAssertion;
import dev.tokensidecar.oauth2.keys.SigningAlgorithm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AssertionKeysTest {

    /** A value for every key of the group that goes with a private key, other than the default. */
    static final Map<String, String> ALL = Map.ofEntries(
            Map.entry("grant.assertion.key-file", "/keys/tls.key"),
            Map.entry("grant.assertion.key-id", "2026-11"),
            Map.entry("grant.assertion.signing-algorithm", "PS384"),
            Map.entry("grant.assertion.issuer", "ACCOUNT.USER.SHA256:{public_key_sha256}"),
            Map.entry("grant.assertion.subject", "alice"),
            Map.entry("grant.assertion.audience", "https://as.example.com"),
            Map.entry("grant.assertion.scope-claim", "true"),
            Map.entry("grant.assertion.claims", "box_sub_type=enterprise, tenant = a=b"),
            Map.entry("grant.assertion.lifetime", "3m"),
            Map.entry("grant.assertion.clock-skew", "30s"));

    private static final SignedAssertion ALL_SET = new SignedAssertion(
            Path.of("/keys/tls.key"),
            null,
            "2026-11",
            SigningAlgorithm.PS384,
            "ACCOUNT.USER.SHA256:{public_key_sha256}",
            "alice",
            "https://as.example.com",
            true,
            Map.of("box_sub_type", "enterprise", "tenant", "a=b"),
            Duration.ofMinutes(3),
            Duration.ofSeconds(30));

    private static final String GROUP = "sidecar.token.grant.assertion.";

    @Test
    void everyKeyIsReadFromAFileAndFromTheEnvironment() {
        Given environment = Given.signedAssertion();
        for (Map.Entry<String, String> entry : ALL.entrySet()) {
            environment =
                    environment.variable(UnknownKeys.variable(SettingsReader.TOKEN + entry.getKey()), entry.getValue());
        }

        assertThat(Given.signedAssertion().tokens(ALL).settings().signedAssertion())
                .isEqualTo(ALL_SET);
        assertThat(environment.settings().signedAssertion()).isEqualTo(ALL_SET);
    }

    @Test
    void withoutAKeyNothingIsSigned() {
        assertThat(Given.minimal().settings().signedAssertion()).isNull();
    }

    @Test
    void aGrantWithAnAssertionNeedsOneFromSomewhere() {
        assertThat(Given.signedAssertion().without("grant.assertion.key-file").violations())
                .containsExactly(
                        "sidecar.token.grant.assertion-file is missing: name the file that holds the assertion,"
                                + " or in " + GROUP + "key-file the one with the private key that signs it");
        assertThat(Given.selfSigned().without("grant.assertion.key-file").violations())
                .containsExactly(GROUP + "key-file is missing: name the file that holds the private key that signs the"
                        + " token");
    }

    @Test
    void theSourcesOfAnAssertionExcludeEachOther() {
        assertThat(Given.signedAssertion()
                        .token("grant.assertion-file", "/run/assertion")
                        .violations())
                .containsExactlyInAnyOrder(
                        GROUP + "key-file and sidecar.token.grant.assertion-file exclude each other: leave one out",
                        GROUP + "issuer and sidecar.token.grant.assertion-file exclude each other: leave one out",
                        GROUP + "subject and sidecar.token.grant.assertion-file exclude each other: leave one out");
        assertThat(Given.selfSigned()
                        .without("grant.assertion.issuer")
                        .token("grant.assertion.service-account-file", "/run/account.json")
                        .violations())
                .containsExactly(
                        GROUP + "service-account-file and " + GROUP + "key-file exclude each other: leave one out");
    }

    @ParameterizedTest
    @CsvSource({"key-id, k1", "signing-algorithm, RS512", "issuer, orders"})
    void aServiceAccountHasItsOwnKeyAndName(String key, String value) {
        assertThat(Given.selfSigned()
                        .without("grant.assertion.key-file")
                        .without("grant.assertion.issuer")
                        .token("grant.assertion.service-account-file", "/run/account.json")
                        .token("grant.assertion." + key, value)
                        .violations())
                .containsExactly(GROUP + key + " is not used with " + GROUP
                        + "service-account-file, which has its own: leave it out");
    }

    /** RFC 7523 section 3. Google wants none for a service account that acts for nobody else. */
    @Test
    void issuerAndSubjectAreRequiredWithAKey() {
        assertThat(Given.signedAssertion()
                        .without("grant.assertion.issuer")
                        .without("grant.assertion.subject")
                        .violations())
                .containsExactly(
                        GROUP + "issuer is missing: write the name under which the server knows the key that signs",
                        GROUP + "subject is missing: write the user or account that the access token is for");
        assertThat(Given.signedAssertion()
                        .without("grant.assertion.issuer")
                        .token("client.id", "app")
                        .settings()
                        .signedAssertion())
                .extracting(SignedAssertion::issuer)
                .isNull();
        assertThat(Given.selfSigned().settings().signedAssertion()).isNotNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    signing-algorithm | HS256 | = 'HS256' does not go with a private key: write one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA
                    issuer | a.{public_key} | has a placeholder that is not known: write {public_key_sha256} or none
                    claims | sub=alice | must not name sub: the sidecar sets that claim itself
                    claims | jti=1 | must not name jti: the sidecar sets that claim itself
                    claims | enterprise | cannot be used, part 1 has no name: write name=value,name=value
                    lifetime | 9s | must be between 10s and 1h: no server accepts much more
                    lifetime | 61m | must be between 10s and 1h: no server accepts much more
                    clock-skew | 11m | must be at most 10m: set the clock of this host
                    scope-claim | yes | = 'yes' cannot be used: write one of true, false
                    """)
    void anUnusableValueIsOneViolation(String key, String value, String problem) {
        assertThat(Given.signedAssertion()
                        .token("grant.assertion." + key, value)
                        .violations())
                .containsExactly(GROUP + key + " " + problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"client_credentials", "token_exchange", "device_code"})
    void otherGrantsSignNothing(String type) {
        assertThat(Given.minimal()
                        .token("grant.type", type)
                        .token("grant.assertion.key-file", "/keys/tls.key")
                        .violations())
                .contains(GROUP + "key-file is not used with sidecar.token.grant.type=" + type
                        + ": leave it out or set jwt_bearer or self_signed");
    }

    @Test
    void theAssertionOfAUserIsNotSelfSigned() {
        Given given = Given.nothing()
                .properties(
                        "sidecar.tokens.orders.",
                        Map.of(
                                "authorization-server.issuer", "https://login.example.com",
                                "client.id", "app",
                                "client.secret-file", "/etc/client-secret",
                                "grant.type", "jwt_bearer",
                                "grant.subject", "request",
                                "grant.assertion.key-file", "/keys/tls.key"));

        assertThat(given.violations())
                .containsExactly("sidecar.tokens.orders.grant.assertion.key-file is not used with"
                        + " sidecar.tokens.orders.grant.subject=request: leave it out");
    }

    @ParameterizedTest
    @CsvSource({
        "authorization-server.issuer, https://login.example.com",
        "authorization-server.connect-timeout, 1s",
        "client.id, app",
        "client.secret-file, /etc/client-secret",
        "refresh-endpoint.url, https://login.example.com/token",
        "grant.audience, api",
        "grant.extra-parameters, tenant=1",
        "grant.assertion.scope-claim, true",
        "store.file, /data/refresh-token",
    })
    void aGrantThatSendsNothingUsesNoKeyOfARequest(String key, String value) {
        assertThat(Given.selfSigned().token(key, value).violations())
                .containsExactly("sidecar.token." + key
                        + " is not used with sidecar.token.grant.type=self_signed, which sends nothing: leave it out");
    }

    @ParameterizedTest
    @CsvSource({
        "grant.assertion-file, /run/assertion",
        "store.refresh-token-file, /run/seed",
        "authorization-server.device-authorization-endpoint, https://login.example.com/device",
    })
    void keysOfOtherGrantsAreReportedOnce(String key, String value) {
        assertThat(Given.selfSigned().token(key, value).violations())
                .singleElement()
                .asString()
                .startsWith("sidecar.token." + key
                        + " is not used with sidecar.token.grant.type=self_signed: leave it out or set");
    }

    /** RFC 7521 section 4.1: the assertion says who asks. */
    @Test
    void aClientWithAnAssertionNeedsNoId() {
        assertThat(Given.signedAssertion().settings().client().id()).isNull();
        assertThat(Given.signedAssertion()
                        .token("client.authentication-method", "client_secret_post")
                        .token("client.secret-file", "/etc/client-secret")
                        .violations())
                .singleElement()
                .asString()
                .startsWith("sidecar.token.client.id is missing");
    }

    @Test
    void anEndpointWithoutOAuthMayTakeAnAssertion() {
        Given given = Given.githubApp()
                .without("provider")
                .token("grant.type", "jwt_bearer")
                .token("refresh-endpoint.headers", "Authorization=Bearer {assertion}");

        assertThat(given.settings().signedAssertion()).isNotNull();
        assertThat(given.token("refresh-endpoint.fields", "jwt={assertion},t={refresh_token}")
                        .violations())
                .containsExactly("sidecar.token.refresh-endpoint.fields has a placeholder that is not known: write"
                        + " {assertion} or {client_secret}");
        assertThat(Given.refreshEndpoint()
                        .without("store.refresh-token-file")
                        .token("grant.type", "jwt_bearer")
                        .token("grant.assertion-file", "/run/assertion")
                        .token("refresh-endpoint.refresh-token", "/r")
                        .violations())
                .containsExactlyInAnyOrder(
                        "sidecar.token.refresh-endpoint.headers does not say where the assertion belongs: write"
                                + " Authorization=Bearer {assertion}, for instance",
                        "sidecar.token.refresh-endpoint.refresh-token is not used with"
                                + " sidecar.token.grant.type=jwt_bearer: leave it out");
    }
}
