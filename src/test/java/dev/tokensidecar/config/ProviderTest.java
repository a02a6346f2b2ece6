package dev.tokensidecar.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.config.TokenSettings.Assertion;
import dev.tokensidecar.config.TokenSettings.AuthenticationMethod;
import dev.tokensidecar.oauth2.RefreshEndpoint;
import dev.tokensidecar.oauth2.keys.SigningAlgorithm;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class ProviderTest {

    private static final String ISSUER = "authorization-server.issuer";
    private static final String TOKEN_ENDPOINT = "authorization-server.token-endpoint";

    private static final Set<String> KEYS = SettingsReader.keys(Given.nothing().config());

    /** The required keys if the provider presets the token endpoint. */
    private static Given hosted(Provider provider) {
        return Given.minimal().without(ISSUER).token("provider", name(provider));
    }

    /** The keys that the provider requires besides those that it presets. */
    private static Given required(Provider provider) {
        return switch (provider) {
            case SALESFORCE_JWT, DOCUSIGN -> Given.signedAssertion();
            case GOOGLE_SERVICE_ACCOUNT ->
                Given.signedAssertion()
                        .without("grant.assertion.key-file")
                        .without("grant.assertion.issuer")
                        .token("grant.assertion.service-account-file", "/etc/token-sidecar/service-account.json");
            case BOX ->
                Given.signedAssertion()
                        .without("client.authentication-method")
                        .token("client.id", "app")
                        .token("client.secret-file", "/etc/token-sidecar/client-secret");
            case SNOWFLAKE -> Given.selfSigned();
            case GITHUB_APP -> Given.githubApp().without("provider");
            default -> Given.minimal();
        };
    }

    static String name(Provider provider) {
        return provider.name().toLowerCase(Locale.ROOT);
    }

    @ParameterizedTest
    @EnumSource(Provider.class)
    void everyPresetIsAKey(Provider provider) {
        assertThat(KEYS)
                .containsAll(provider.presets().keySet().stream()
                        .map(SettingsReader.TOKEN::concat)
                        .toList());
    }

    /** Except for Entra: some of its presets are for one method only, so other methods reject them as keys. */
    @ParameterizedTest
    @EnumSource(value = Provider.class, names = "ENTRA", mode = Mode.EXCLUDE)
    void aPresetHasTheEffectOfTheKey(Provider provider) {
        Given preset = required(provider).token("provider", name(provider));
        Given written = required(provider).tokens(provider.presets());
        if (provider.presets().containsKey(TOKEN_ENDPOINT)) {
            preset = preset.without(ISSUER);
            written = written.without(ISSUER);
        }
        if (provider.presets().containsKey("authorization-server.device-authorization-endpoint")) {
            preset = preset.token("grant.type", "device_code");
            written = written.token("grant.type", "device_code");
        }

        assertThat(preset.settings()).isEqualTo(written.settings());
    }

    @Test
    void aProviderPresetsItsPeculiarities() {
        TokenSettings salesforce = hosted(Provider.SALESFORCE).settings();
        assertThat(salesforce.authorizationServer().tokenEndpoint())
                .isEqualTo(URI.create("https://login.salesforce.com/services/oauth2/token"));
        assertThat(salesforce.client().authenticationMethod()).isEqualTo(AuthenticationMethod.CLIENT_SECRET_POST);
        assertThat(salesforce.refresh().defaultLifetime()).isEqualTo(Duration.ofMinutes(15));

        Assertion entra = Given.minimal()
                .token("provider", "entra")
                .token("client.authentication-method", "private_key_jwt")
                .without("client.secret-file")
                .token("client.key-file", "/keys/tls.key")
                .settings()
                .client()
                .assertion();
        assertThat(entra.audience()).isEqualTo(Assertion.TOKEN_ENDPOINT);
        assertThat(entra.signingAlgorithm()).isEqualTo(SigningAlgorithm.PS256);
    }

    @Test
    void aKeyOverridesThePreset() {
        Given given = hosted(Provider.SALESFORCE).token("refresh.default-life", "1h");

        assertThat(given.settings().refresh().defaultLifetime()).isEqualTo(Duration.ofHours(1));
        assertThat(given.variable("SIDECAR_TOKEN_REFRESH_DEFAULT_LIFE", "2h")
                        .settings()
                        .refresh()
                        .defaultLifetime())
                .isEqualTo(Duration.ofHours(2));
        assertThat(given.token("client.authentication-method", "client_secret_basic")
                        .settings()
                        .client()
                        .authenticationMethod())
                .isEqualTo(AuthenticationMethod.CLIENT_SECRET_BASIC);
    }

    @Test
    void anEmptyValueKeepsThePreset() {
        assertThat(hosted(Provider.SALESFORCE)
                        .token("refresh.default-life", " ")
                        .settings()
                        .refresh()
                        .defaultLifetime())
                .isEqualTo(Duration.ofMinutes(15));
    }

    @Test
    void aProviderMayBeSetByAVariable() {
        assertThat(Given.minimal()
                        .without(ISSUER)
                        .variable("SIDECAR_TOKEN_PROVIDER", "github")
                        .settings())
                .isEqualTo(hosted(Provider.GITHUB).settings());
    }

    @Test
    void aNamedTokenHasItsOwnProvider() {
        Map<String, TokenSettings> tokens = Given.minimal()
                .properties(
                        "sidecar.tokens.code.",
                        Map.of(
                                "client.id", "app",
                                "client.secret-file", "/etc/code/client-secret",
                                "store.file", "/var/lib/code/refresh-token"))
                .variable("SIDECAR_TOKENS_CODE_PROVIDER", "github")
                .all()
                .tokens();

        assertThat(tokens.get(SidecarSettings.DEFAULT_TOKEN))
                .isEqualTo(Given.minimal().settings());
        assertThat(Objects.requireNonNull(tokens.get("code"))
                        .authorizationServer()
                        .tokenEndpoint())
                .isEqualTo(URI.create("https://github.com/login/oauth/access_token"));
    }

    @Test
    void anIssuerReplacesThePresetTokenEndpoint() {
        TokenSettings settings = hosted(Provider.SALESFORCE)
                .token(ISSUER, "https://shop.example.com")
                .settings();

        assertThat(settings.authorizationServer().issuer()).isEqualTo(URI.create("https://shop.example.com"));
        assertThat(settings.authorizationServer().tokenEndpoint()).isNull();
        assertThat(settings.refresh().defaultLifetime()).isEqualTo(Duration.ofMinutes(15));
    }

    @ParameterizedTest
    @CsvSource({
        "authorization-server.token-endpoint, https://github.example.com/login/oauth/access_token",
        "authorization-server.issuer, https://github.example.com"
    })
    void anotherServerReplacesTheEndpointsOfTheProvider(String key, String value) {
        String presets = Provider.GITHUB.presetsForAnotherServer().toString();
        TokenSettings settings = hosted(Provider.GITHUB).token(key, value).settings();

        assertThat(presets).doesNotContain("https:").contains("client_secret_post");
        assertThat(settings.authorizationServer().toString()).contains(value).doesNotContain("https://github.com");
    }

    @Test
    void withAProviderIssuerAndTokenEndpointStillExcludeEachOther() {
        assertThat(hosted(Provider.GOOGLE)
                        .token(ISSUER, "https://accounts.google.com")
                        .token(TOKEN_ENDPOINT, "https://oauth2.googleapis.com/token")
                        .violations())
                .containsExactly("sidecar.token.authorization-server.token-endpoint and"
                        + " sidecar.token.authorization-server.issuer exclude each other: leave one out");
    }

    @ParameterizedTest
    @EnumSource(
            value = Provider.class,
            names = {"GENERIC", "KEYCLOAK", "AUTH0", "OKTA", "ENTRA"})
    void providersWithAServerPerCustomerNeedAnIssuer(Provider provider) {
        assertThat(hosted(provider).violations())
                .singleElement()
                .asString()
                .startsWith("sidecar.token.authorization-server.issuer is missing");
    }

    @Test
    void aPresetThatTheMethodDoesNotUseIsNoViolation() {
        assertThat(Given.minimal()
                        .token("provider", "entra")
                        .token("client.authentication-method", "client_secret_post")
                        .settings()
                        .client()
                        .assertion()
                        .audience())
                .isEqualTo(Assertion.TOKEN_ENDPOINT);
    }

    @Test
    void anUnknownProviderIsAViolation() {
        assertThat(Given.minimal().token("provider", "githob").violations())
                .containsExactly(
                        "sidecar.token.provider = 'githob' cannot be used: write one of generic, keycloak, auth0,"
                                + " okta, entra, google, github, slack, salesforce, salesforce_jwt,"
                                + " google_service_account, box, docusign, snowflake, github_app");
    }

    @Test
    void aGitHubAppNeedsTheAddressOfItsInstallation() {
        assertThat(Given.githubApp().without("refresh-endpoint.url").violations())
                .containsExactly("sidecar.token.refresh-endpoint.url is missing: write the address of the endpoint that"
                        + " issues the token");
    }

    @Test
    void theAppPresentsItsJwtAndNothingElse() {
        RefreshEndpoint endpoint =
                Objects.requireNonNull(Given.githubApp().settings().refreshEndpoint());

        assertThat(endpoint.request())
                .isEqualTo(new RefreshEndpoint.Request(
                        RefreshEndpoint.Method.POST,
                        RefreshEndpoint.Body.JSON,
                        Map.of(),
                        Map.of(
                                "Authorization", "Bearer {assertion}",
                                "Accept", "application/vnd.github+json",
                                "X-GitHub-Api-Version", "2022-11-28")));
        assertThat(endpoint.response().refreshToken()).isNull();
        assertThat(endpoint.sessionOverStatuses()).containsExactlyInAnyOrder(401, 404, 422);
    }

    /** The sandbox of a vendor. */
    @Test
    void theAudienceOfAPresetCanBeReplacedWithTheServer() {
        TokenSettings sandbox = required(Provider.DOCUSIGN)
                .without("authorization-server.issuer")
                .token("provider", "docusign")
                .token("authorization-server.token-endpoint", "https://account-d.docusign.com/oauth/token")
                .token("grant.assertion.audience", "account-d.docusign.com")
                .settings();

        assertThat(sandbox.signedAssertion())
                .extracting(TokenSettings.SignedAssertion::audience)
                .isEqualTo("account-d.docusign.com");
        assertThat(sandbox.grant().scope()).isEqualTo("signature impersonation");
    }

    @Test
    void anEndpointWithoutOAuthHasNoProvider() {
        assertThat(Given.refreshEndpoint().token("provider", "github").violations())
                .containsExactly(
                        "sidecar.token.provider is not used with sidecar.token.refresh-endpoint.url: leave one out");
    }
}
