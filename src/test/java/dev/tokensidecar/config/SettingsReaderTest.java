package dev.tokensidecar.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.config.TokenSettings.Assertion;
import dev.tokensidecar.config.TokenSettings.AuthenticationMethod;
import dev.tokensidecar.config.TokenSettings.AuthorizationServerSettings;
import dev.tokensidecar.config.TokenSettings.BasicEncoding;
import dev.tokensidecar.config.TokenSettings.Client;
import dev.tokensidecar.config.TokenSettings.ExpiresInUnit;
import dev.tokensidecar.config.TokenSettings.FileFormat;
import dev.tokensidecar.config.TokenSettings.GrantCredentials;
import dev.tokensidecar.config.TokenSettings.GrantSettings;
import dev.tokensidecar.config.TokenSettings.GrantType;
import dev.tokensidecar.config.TokenSettings.Http;
import dev.tokensidecar.config.TokenSettings.Store;
import dev.tokensidecar.config.TokenSettings.TokenFile;
import dev.tokensidecar.oauth2.ResponseLocation;
import dev.tokensidecar.oauth2.keys.SigningAlgorithm;
import dev.tokensidecar.token.BackOff;
import dev.tokensidecar.token.RefreshPolicy;
import java.net.URI;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsReaderTest {

    private static final Assertion NO_ASSERTION = new Assertion(null, null, null, null, null, null);

    private static final GrantCredentials NO_CREDENTIALS =
            new GrantCredentials(null, null, "urn:ietf:params:oauth:token-type:jwt", null, null, null);

    /** A value other than the default for every key that can be combined with the others. */
    private static final Map<String, String> ALL = Stream.of("""
                    provider auth0
                    authorization-server.token-endpoint http://127.0.0.1:8080/token?tenant=1
                    authorization-server.connect-timeout 1s
                    authorization-server.timeout 20s
                    authorization-server.max-response-body 2000000
                    authorization-server.tls-configuration-name internal-ca
                    authorization-server.expires-in-unit milliseconds
                    authorization-server.expires-at-field expires_on
                    authorization-server.device-authorization-endpoint http://127.0.0.1:8080/device
                    authorization-server.authorization-endpoint http://127.0.0.1:8080/authorize
                    authorization-server.dead-errors gone,TOKEN_EXPIRED
                    authorization-server.error-code /failure/code
                    authorization-server.error-description X-Reason
                    authorization-server.extra-headers X-Tenant=t-1, X-Empty-Not = a=b
                    client.id app
                    client.authentication-method private_key_jwt
                    client.key-file /run/secrets/tls.key
                    client.key-id 2026-03
                    client.certificate-file /run/secrets/tls.crt
                    client.signing-algorithm EdDSA
                    client.assertion-audience https://as.example.com
                    grant.type device_code
                    grant.scope read write
                    grant.audience https://api.example.com
                    grant.resource https://a.example.com, https://b.example.com,
                    grant.extra-parameters tenant=t-1, empty=, equation = a=b
                    refresh.ahead 2m
                    refresh.jitter 0.5
                    refresh.min-remaining 20s
                    refresh.min-interval 0s
                    refresh.rejected-interval 30s
                    refresh.default-life 1h
                    refresh.probe-interval 0s
                    refresh.back-off-initial 250ms
                    refresh.back-off-max 1m
                    refresh.retry-after-max 0s
                    refresh.throttled-max 2h
                    store.refresh-token-file ./seed
                    store.file ../data/refresh-token
                    store.encryption-key-file /keys/store
                    store.accept-plain-text TRUE
                    store.timeout 3s
                    http.max-wait 0s
                    http.max-waiters 1
                    file /run/token/access-token
                    file-mode 0440
                    file-group app
                    file-format json
                    file-field id_token
                    fields id_token, instance_url""".split("\n"))
            .map(line -> line.split(" ", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));

    private static final List<String> OF_THE_PROCESS = List.of(
            "sidecar.authorize.port",
            "sidecar.authorize.token",
            "sidecar.authorize.caller-secret-file",
            "sidecar.guard.required-header",
            "sidecar.guard.caller-secret-file",
            "sidecar.guard.tcp-enabled",
            "sidecar.audit.enabled",
            "sidecar.sockets.<name>.path",
            "sidecar.sockets.<name>.mode",
            "sidecar.sockets.<name>.owner",
            "sidecar.sockets.<name>.tokens",
            "sidecar.shutdown.pre-stop-delay",
            "sidecar.shutdown.grace-period",
            "sidecar.pod.name",
            "sidecar.pod.uid",
            "sidecar.page.enabled",
            "sidecar.proxy.url",
            "sidecar.proxy.no-proxy",
            "sidecar.proxy.credentials-file");

    private static final Set<String> EXCLUDED = Set.of(
            "authorization-server.issuer",
            "authorization-server.allow-plain-http-endpoints",
            "client.secret-file",
            "client.basic-encoding",
            "client.assertion-file",
            "client.dpop.enabled",
            "client.dpop.algorithm",
            "client.dpop.key-file",
            "grant.assertion-file",
            "grant.assertion.service-account-file",
            "grant.subject-token-file",
            "grant.subject-token-type",
            "grant.requested-token-type",
            "grant.subject",
            "grant.caller-parameters",
            "exchange.assertion-token",
            "exchange.max-concurrent",
            "exchange.cache-size",
            "exchange.rejection-memory",
            "grant.username",
            "grant.password-file");

    private static final Set<String> REQUIRED = Set.of("client.id", "client.secret-file", "store.refresh-token-file");

    private static final TokenSettings ALL_SET = new TokenSettings(
            new AuthorizationServerSettings(
                    null,
                    URI.create("http://127.0.0.1:8080/token?tenant=1"),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(20),
                    2_000_000,
                    "internal-ca",
                    ExpiresInUnit.MILLISECONDS,
                    "expires_on",
                    URI.create("http://127.0.0.1:8080/device"),
                    URI.create("http://127.0.0.1:8080/authorize"),
                    false,
                    List.of("gone", "TOKEN_EXPIRED"),
                    new ResponseLocation("/failure/code"),
                    new ResponseLocation("X-Reason"),
                    Map.of("X-Tenant", "t-1", "X-Empty-Not", "a=b")),
            null,
            new Client(
                    "app",
                    null,
                    AuthenticationMethod.PRIVATE_KEY_JWT,
                    BasicEncoding.FORM,
                    new Assertion(
                            Path.of("/run/secrets/tls.key"),
                            "2026-03",
                            Path.of("/run/secrets/tls.crt"),
                            SigningAlgorithm.EdDSA,
                            "https://as.example.com",
                            null),
                    null),
            new GrantSettings(
                    GrantType.DEVICE_CODE,
                    "read write",
                    "https://api.example.com",
                    List.of("https://a.example.com", "https://b.example.com"),
                    Map.of("tenant", "t-1", "empty", "", "equation", "a=b"),
                    NO_CREDENTIALS),
            new RefreshPolicy(
                    Duration.ofMinutes(2),
                    0.5,
                    Duration.ofSeconds(20),
                    Duration.ZERO,
                    Duration.ofSeconds(30),
                    Duration.ofHours(1),
                    Duration.ZERO,
                    Duration.ofSeconds(20),
                    new BackOff(Duration.ofMillis(250), Duration.ofMinutes(1), Duration.ZERO, Duration.ofHours(2))),
            new Store(
                    Path.of("./seed"),
                    Path.of("../data/refresh-token"),
                    Path.of("/keys/store"),
                    true,
                    Duration.ofSeconds(3),
                    null),
            new Http(Duration.ZERO, 1),
            new TokenFile(
                    Path.of("/run/token/access-token"),
                    PosixFilePermissions.fromString("r--r-----"),
                    "app",
                    FileFormat.JSON,
                    "id_token"),
            List.of("id_token", "instance_url"),
            null,
            null);

    @Test
    void keysThatAreNotSetHaveTheirDocumentedDefaults() {
        assertThat(Given.minimal().settings())
                .isEqualTo(new TokenSettings(
                        new AuthorizationServerSettings(
                                URI.create("https://login.example.com"),
                                null,
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(30),
                                1024 * 1024,
                                null,
                                ExpiresInUnit.SECONDS,
                                null,
                                null,
                                null,
                                false,
                                List.of(),
                                null,
                                null,
                                Map.of()),
                        null,
                        new Client(
                                "app",
                                Path.of("/etc/token-sidecar/client-secret"),
                                AuthenticationMethod.CLIENT_SECRET_BASIC,
                                BasicEncoding.FORM,
                                NO_ASSERTION,
                                null),
                        new GrantSettings(GrantType.REFRESH_TOKEN, null, null, List.of(), Map.of(), NO_CREDENTIALS),
                        new RefreshPolicy(
                                Duration.ofSeconds(60),
                                0.1,
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(60),
                                Duration.ofMinutes(5),
                                Duration.ofMinutes(5),
                                Duration.ofSeconds(30),
                                new BackOff(
                                        Duration.ofMillis(500),
                                        Duration.ofSeconds(30),
                                        Duration.ofMinutes(5),
                                        Duration.ofHours(1))),
                        new Store(
                                Path.of("/etc/token-sidecar/refresh-token"),
                                null,
                                null,
                                false,
                                Duration.ofSeconds(2),
                                null),
                        new Http(Duration.ofSeconds(5), 10_000),
                        new TokenFile(null, PosixFilePermissions.fromString("rw-r-----"), null, FileFormat.TEXT, null),
                        List.of(),
                        null,
                        null));
    }

    @Test
    void everyKeyIsReadFromAFile() {
        assertThat(Given.nothing().tokens(ALL).settings()).isEqualTo(ALL_SET);
    }

    @Test
    void everyKeyIsReadFromTheEnvironment() {
        Given given = Given.nothing();
        for (Map.Entry<String, String> entry : ALL.entrySet()) {
            given = given.variable(UnknownKeys.variable(SettingsReader.TOKEN + entry.getKey()), entry.getValue());
        }

        assertThat(given.settings()).isEqualTo(ALL_SET);
    }

    @Test
    void theKnownKeysAreThoseThatAreRead() {
        assertThat(SettingsReader.keys(Given.nothing().config()))
                .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                Stream.of(
                                                ALL.keySet(),
                                                RefreshEndpointKeysTest.ALL.keySet(),
                                                KubernetesKeysTest.ALL.keySet(),
                                                AssertionKeysTest.ALL.keySet(),
                                                EXCLUDED)
                                        .flatMap(Set::stream)
                                        .distinct()
                                        .map(SettingsReader.TOKEN::concat),
                                Stream.of(
                                                OF_THE_PROCESS.stream(),
                                                ForwardSettingsTest.ALL.keySet().stream()
                                                        .map(ForwardKeys.ANY::concat),
                                                IntrospectionKeysTest.ALL.keySet().stream()
                                                        .map(IntrospectionKeys.ANY::concat))
                                        .flatMap(keys -> keys))
                        .toList());
    }

    @Test
    void anEnvironmentVariableOverridesAFile() {
        Given given = Given.minimal().variable("SIDECAR_TOKEN_CLIENT_SECRET_FILE", "/run/other");

        assertThat(given.settings().client().secretFile()).isEqualTo(Path.of("/run/other"));
    }

    @ParameterizedTest
    @CsvSource({"10, PT10S", "500ms, PT0.5S", "PT1M, PT1M", "1m, PT1M", "1h, PT1H", "1d, PT24H", "3650d, PT87600H"})
    void durationsHaveAUnitAndAreSecondsWithoutOne(String text, Duration value) {
        Given given = Given.minimal().token("refresh.probe-interval", text);

        assertThat(given.settings().refresh().probeInterval()).isEqualTo(value);
    }

    @Test
    void whiteSpaceAroundAValueIsIgnored() {
        TokenSettings settings = Given.minimal()
                .token("client.id", " app\t")
                .token("authorization-server.issuer", " https://login.example.com ")
                .token("client.secret-file", " /run/secret ")
                .token("client.authentication-method", " client_secret_post ")
                .token("refresh.ahead", " 30s ")
                .settings();

        assertThat(settings.client())
                .isEqualTo(new Client(
                        "app",
                        Path.of("/run/secret"),
                        AuthenticationMethod.CLIENT_SECRET_POST,
                        BasicEncoding.FORM,
                        NO_ASSERTION,
                        null));
        assertThat(settings.authorizationServer().issuer()).isEqualTo(URI.create("https://login.example.com"));
        assertThat(settings.refresh().ahead()).isEqualTo(Duration.ofSeconds(30));
    }

    @ParameterizedTest
    @CsvSource({
        "a$b, a$b",
        "a$$b, a$$b",
        "a\\$b, a$b",
        "$$, $$",
        "a${known}b, aXb",
        "a$${known}b, a${known}b",
        "a\\${known}b, a${known}b",
    })
    void aDollarSignStandsForItselfExceptInAnExpression(String written, String value) {
        assertThat(Given.minimal()
                        .property("known", "X")
                        .token("client.id", written)
                        .settings()
                        .client()
                        .id())
                .isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t"})
    void anEmptyValueIsNoValue(String nothing) {
        Given given = Given.minimal();
        for (String key : ALL.keySet()) {
            given = REQUIRED.contains(key) ? given : given.token(key, nothing);
        }

        assertThat(given.settings()).isEqualTo(Given.minimal().settings());
    }

    @Test
    void anAssertionOfAnotherIssuerMayReplaceTheClientId() {
        Client client = Given.minimal()
                .without("client.id")
                .without("client.secret-file")
                .token("client.authentication-method", "client_assertion")
                .token("client.assertion-file", "/var/run/secrets/token")
                .settings()
                .client();

        assertThat(client.id()).isNull();
        assertThat(client.assertion().file()).isEqualTo(Path.of("/var/run/secrets/token"));
    }

    @Test
    void anExpressionRefersToAnotherValue() {
        Given given = Given.minimal().token("client.id", "${APP_NAME}-client").variable("APP_NAME", "shop");

        assertThat(given.settings().client().id()).isEqualTo("shop-client");
    }

    @Test
    void anExpressionMayHaveAnEmptyDefault() {
        Given given = Given.minimal().token("grant.scope", "${SCOPE:}");

        assertThat(given.settings().grant().scope()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost"})
    void loopbackHostsAreServed(String host) {
        assertThat(Given.minimal().property("quarkus.http.host", host).settings())
                .isEqualTo(Given.minimal().settings());
    }

    @Test
    void theKeysOfTheProcessAreRead() {
        Given given = Given.minimal()
                .property("sidecar.guard.required-header", "Metadata:  true")
                .property("sidecar.guard.caller-secret-file", "/keys/caller")
                .property("sidecar.guard.tcp-enabled", "false")
                .property("sidecar.audit.enabled", "true")
                .property("sidecar.shutdown.pre-stop-delay", "10s")
                .variable("SIDECAR_SHUTDOWN_GRACE_PERIOD", "5s")
                .variable("SIDECAR_POD_NAME", "orders-7d9f-x2x5z")
                .variable("SIDECAR_POD_UID", "9a1c3f6e-0d35-4a4e-a1b5-b4f0c1c0a9d2");

        assertThat(given.all().guard())
                .isEqualTo(new SidecarSettings.GuardSettings(
                        new SidecarSettings.Header("Metadata", "true"), Path.of("/keys/caller"), false));
        assertThat(given.all().audit()).isEqualTo(new SidecarSettings.AuditSettings(true));
        assertThat(given.all().shutdown())
                .isEqualTo(new SidecarSettings.ShutdownSettings(Duration.ofSeconds(10), Duration.ofSeconds(5)));
        assertThat(given.all().pod())
                .isEqualTo(
                        new SidecarSettings.PodSettings("orders-7d9f-x2x5z", "9a1c3f6e-0d35-4a4e-a1b5-b4f0c1c0a9d2"));
        assertThat(Given.minimal().all().pod()).isEqualTo(new SidecarSettings.PodSettings(null, null));
    }
}
