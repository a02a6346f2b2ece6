package dev.tokensidecar.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.config.IntrospectionSettings.CheckMethod;
import dev.tokensidecar.config.IntrospectionSettings.KeySetSettings;
import dev.tokensidecar.config.IntrospectionSettings.ServerSettings;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Issuers whose tokens the application gets from others. */
class IntrospectionKeysTest {

    private static final String ORDERS = "sidecar.introspection.orders.";

    /** A value for every key, other than the default. Two of them exclude each other. */
    static final Map<String, String> ALL = Map.ofEntries(
            Map.entry("issuer", "https://login.example.com"),
            Map.entry("method", "mixed"),
            Map.entry("audience", "orders, api://orders"),
            Map.entry("any-audience", "true"),
            Map.entry("algorithms", "ES256"),
            Map.entry("leeway", "1s"),
            Map.entry("token-type", "at+jwt"),
            Map.entry("required-scope", "read write"),
            Map.entry("required-claims", "/realm_access/roles=clerk,tid=7"),
            Map.entry("timeout", "3s"),
            Map.entry("connect-timeout", "1s"),
            Map.entry("keys.jwks-uri", "https://login.example.com/keys"),
            Map.entry("keys.refresh", "1m"),
            Map.entry("keys.max-age", "1h"),
            Map.entry("keys.tls-configuration-name", "internal"),
            Map.entry("server.client", "default"),
            Map.entry("server.introspection-endpoint", "https://login.example.com/introspect"),
            Map.entry("server.max-answer-age", "0s"));

    @Test
    void theDefaultsAreForJwtsOfOneIssuer() {
        assertThat(Given.introspection().all().introspections())
                .isEqualTo(Map.of(
                        "orders",
                        new IntrospectionSettings(
                                URI.create("https://login.example.com"),
                                CheckMethod.JWT,
                                Set.of("orders"),
                                Set.of(
                                        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
                                        "EdDSA"),
                                Duration.ofSeconds(30),
                                null,
                                Set.of(),
                                Map.of(),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(5),
                                new KeySetSettings(null, Duration.ofMinutes(5), Duration.ofHours(24), null),
                                new ServerSettings(null, null, Duration.ofSeconds(5)))));
        assertThat(Given.minimal().all().introspections()).isEmpty();
    }

    @Test
    void everyKeyIsReadFromFileAndEnvironment() {
        Map<String, String> mixed = new HashMap<>(ALL);
        mixed.remove("any-audience");
        Given byFile = Given.minimal().properties(ORDERS, mixed);
        Given byVariables = Given.minimal().variables(ORDERS, mixed);

        assertThat(byVariables.all()).isEqualTo(byFile.all());
        assertThat(byFile.all().introspections().get("orders"))
                .isEqualTo(new IntrospectionSettings(
                        URI.create("https://login.example.com"),
                        CheckMethod.MIXED,
                        Set.of("orders", "api://orders"),
                        Set.of("ES256"),
                        Duration.ofSeconds(1),
                        "at+jwt",
                        Set.of("read", "write"),
                        Map.of("/realm_access/roles", "clerk", "tid", "7"),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(3),
                        new KeySetSettings(
                                URI.create("https://login.example.com/keys"),
                                Duration.ofMinutes(1),
                                Duration.ofHours(1),
                                "internal"),
                        new ServerSettings(
                                "default", URI.create("https://login.example.com/introspect"), Duration.ZERO)));
        Map<String, String> any = new HashMap<>(ALL);
        any.remove("audience");
        assertThat(Given.minimal()
                        .properties(ORDERS, any)
                        .all()
                        .introspections()
                        .get("orders"))
                .extracting(IntrospectionSettings::audience)
                .isEqualTo(Set.of());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "audience |  | audience is missing: write the name of the application in the tokens' aud, or set",
                "any-audience | true | audience is not used with " + ORDERS + "any-audience=true: leave one out",
                "algorithms | RS256,HS256 | algorithms names an algorithm that is not supported: write some of ES256,",
                "algorithms | none | algorithms names an algorithm that is not supported: write some of",
                "leeway | 6m | leeway must not be more than 5m",
                "connect-timeout | 5s | connect-timeout (5000 ms) must be less than " + ORDERS + "timeout (5000 ms)",
                "keys.refresh | 25h | keys.refresh (90000000 ms) must be less than " + ORDERS + "keys.max-age",
                "issuer | https://login.example.com?tenant=1 | issuer must have no query",
                "required-claims | /a~b=1 | required-claims names a JSON pointer that is none: write one such as",
                "server.client | default | server.client is not used with " + ORDERS
                        + "method=jwt: leave it out or set",
                "server.max-answer-age | 2s | server.max-answer-age is not used with " + ORDERS + "method=jwt",
                "method | server | server.client is missing: name the token whose client may introspect",
                "audiense | x | audiense is not known: did you mean sidecar.introspection.orders.audience?",
            })
    void anUnusableValueIsAViolation(String key, String value, String violation) {
        assertThat(Given.introspection()
                        .property(ORDERS + key, value == null ? "" : value)
                        .violations())
                .singleElement()
                .asString()
                .startsWith(ORDERS + violation);
    }

    @Test
    void theServerIsAskedByAConfiguredClient() {
        Given mixed = Given.introspection().property(ORDERS + "method", "mixed");

        assertThat(mixed.property(ORDERS + "server.client", "unknown").violations())
                .containsExactly(ORDERS + "server.client names no token of an OAuth server: write one of default, or"
                        + " configure it");
    }

    private static Given asked(Given given, String issuer) {
        return given.property(ORDERS + "issuer", issuer)
                .property(ORDERS + "audience", "orders")
                .property(ORDERS + "method", "server")
                .property(ORDERS + "server.client", "default");
    }

    @Test
    void aClientIsShownToItsOwnServerOnly() {
        Given other = asked(Given.minimal(), "https://other.example.net");

        assertThat(other.violations())
                .containsExactly(ORDERS + "server.client names a client of https://login.example.com, whose credentials"
                        + " another issuer would get: name a client of https://other.example.net, or set " + ORDERS
                        + "server.introspection-endpoint");
        Given allowed =
                other.property(ORDERS + "server.introspection-endpoint", "https://login.example.com/introspect");
        assertThat(allowed.all().introspections()).containsKey("orders");
    }

    @Test
    void aClientThatAuthenticatesIsNeeded() {
        assertThat(asked(Given.selfSigned(), "https://login.example.com").violations())
                .singleElement()
                .asString()
                .startsWith(ORDERS + "server.client names no token of an OAuth server");
        assertThat(asked(Given.signedAssertion(), "https://login.example.com").violations())
                .containsExactly(ORDERS + "server.client names a client that does not authenticate, which may not"
                        + " introspect (RFC 7662 section 2.1): name one with another client.authentication-method");
    }

    @Test
    void aCertificateIsShownInTlsOnly() {
        Given mutual = asked(
                Given.minimal()
                        .without("client.secret-file")
                        .token("client.authentication-method", "tls_client_auth")
                        .token("authorization-server.tls-configuration-name", "internal"),
                "https://login.example.com");
        assertThat(mutual.all().introspections()).containsKey("orders");
        Given plain = mutual.property(ORDERS + "server.introspection-endpoint", "http://login.example.com/introspect");

        assertThat(plain.violations())
                .singleElement()
                .asString()
                .isEqualTo(ORDERS + "server.introspection-endpoint must begin with https with"
                        + " sidecar.token.client.authentication-method=tls_client_auth: a certificate is shown in TLS"
                        + " only");
    }

    @Test
    void aScopeMayOccurTwice() {
        assertThat(Given.introspection()
                        .property(ORDERS + "required-scope", " read  read")
                        .all()
                        .introspections()
                        .get("orders"))
                .extracting(IntrospectionSettings::requiredScope)
                .isEqualTo(Set.of("read"));
    }

    @Test
    void anIssuerIsConfiguredOnceAndOneServerIsAsked() {
        String other = "sidecar.introspection.other.";
        Given two = Given.introspection()
                .property(ORDERS + "method", "mixed")
                .property(ORDERS + "server.client", "default")
                .property(other + "issuer", "https://login.example.com")
                .property(other + "audience", "orders")
                .property(other + "method", "server")
                .property(other + "server.client", "default");

        assertThat(two.violations())
                .containsExactly(
                        other + "issuer is the same as that of " + ORDERS.replaceAll("\\.$", "")
                                + ": write both into one of them",
                        other + "method = 'server' is that of " + ORDERS.replaceAll("\\.$", "")
                                + " too, but an opaque token does not say whose it is: write jwt for one of them");
    }

    @Test
    void theIssuerIsRequired() {
        assertThat(Given.minimal().property(ORDERS + "audience", "orders").violations())
                .containsExactly(ORDERS + "issuer is missing: write the issuer exactly as its tokens state it, such as"
                        + " https://login.example.com");
    }
}
