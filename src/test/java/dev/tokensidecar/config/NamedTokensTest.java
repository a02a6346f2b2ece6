package dev.tokensidecar.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamedTokensTest {

    private static final Map<String, String> CLIENT_CREDENTIALS = Map.of(
            "authorization-server.token-endpoint", "https://login.example.com/token",
            "client.id", "orders",
            "client.secret-file", "/etc/orders/client-secret",
            "grant.type", "client_credentials");

    private static Given with(Given given, String name) {
        return given.properties("sidecar.tokens." + name + ".", CLIENT_CREDENTIALS);
    }

    private static Given withVariables(Given given, String name) {
        return given.variables("sidecar.tokens." + name + ".", CLIENT_CREDENTIALS);
    }

    /** Two tokens that share a refresh token. */
    private static Given sharing() {
        return Given.minimal()
                .andMinimal("sidecar.tokens.invoices.")
                .property("sidecar.tokens.invoices.grant.audience", "https://invoices.example.com");
    }

    @Test
    void namedTokensComplementTheDefaultToken() {
        assertThat(with(with(Given.minimal(), "orders"), "billing").all().tokens())
                .containsOnlyKeys("default", "billing", "orders");
    }

    @Test
    void eachHasItsOwnSettings() {
        TokenSettings orders = with(Given.minimal(), "orders")
                .property("sidecar.tokens.orders.refresh.ahead", "20s")
                .all()
                .tokens()
                .get("orders");

        assertThat(Objects.requireNonNull(orders).client().secretFile())
                .isEqualTo(Path.of("/etc/orders/client-secret"));
        assertThat(orders.refresh().ahead()).hasSeconds(20);
    }

    @Test
    void whoOnlyChecksTheTokensOfOthersNeedsNoToken() {
        Given issuer = Given.nothing()
                .property("sidecar.introspection.shop.issuer", "https://login.example.com")
                .property("sidecar.introspection.shop.audience", "orders");
        assertThat(issuer.all().tokens()).isEmpty();

        assertThat(issuer.token("client.id", "app").violations())
                .as("a token that is begun has to be complete")
                .isNotEmpty();
    }

    @Test
    void withoutItsKeysThereIsNoDefaultToken() {
        assertThat(with(Given.nothing(), "orders").all().tokens()).containsOnlyKeys("orders");
        assertThat(withVariables(Given.nothing(), "orders").all().tokens()).containsOnlyKeys("orders");
    }

    @Test
    void oneKeyOfTheDefaultTokenRequiresTheOthers() {
        assertThat(with(Given.nothing(), "orders").token("grant.scope", "read").violations())
                .isNotEmpty()
                .allMatch(violation -> violation.startsWith("sidecar.token."));
        assertThat(with(Given.nothing(), "orders")
                        .variable("SIDECAR_TOKEN_GRANT_SCOPE", "read")
                        .violations())
                .isNotEmpty();
    }

    /** Kubernetes sets this variable for a Service with the name sidecar-token. */
    @Test
    void aServiceVariableRequiresNoDefaultToken() {
        assertThat(with(Given.nothing(), "orders")
                        .variable("SIDECAR_TOKEN_SERVICE_HOST", "10.0.0.1")
                        .all()
                        .tokens())
                .containsOnlyKeys("orders");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "orders", "orders-v2", "2nd", "client", "client-id", "store", "a-b-c-d"})
    void namesAreTakenFromKeysAndFromVariables(String name) {
        assertThat(with(Given.minimal(), name).all().tokens()).containsOnlyKeys("default", name);
        assertThat(withVariables(Given.minimal(), name).all().tokens()).containsOnlyKeys("default", name);
        assertThat(withVariables(Given.minimal(), name).all())
                .isEqualTo(with(Given.minimal(), name).all());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Orders", "orders_v2", "-orders", "orders-", "or\u00f6ders", "or/ders"})
    void unusableNamesAreRejected(String name) {
        assertThat(with(Given.minimal(), name).violations())
                .contains("sidecar.tokens." + name
                        + " has no usable name: write up to 63 lower-case letters, digits and hyphens");
    }

    @Test
    void theNameOfTheDefaultTokenIsReserved() {
        assertThat(with(Given.minimal(), "default").violations())
                .contains("sidecar.tokens.default is the token of /token: write sidecar.token.* for it");
    }

    @Test
    void keysOfAnotherProfileNameNoToken() {
        assertThat(Given.minimal()
                        .property("%staging.sidecar.tokens.orders.client.id", "x")
                        .all()
                        .tokens())
                .containsOnlyKeys("default");
    }

    @Test
    void violationsOfAllTokensAreReportedWithTheirKeys() {
        assertThat(Given.minimal()
                        .token("refresh.jitter", "2")
                        .property("sidecar.tokens.orders.client.idd", "orders")
                        .violations())
                .contains(
                        "sidecar.token.refresh.jitter must be between 0 and 0.5",
                        "sidecar.tokens.orders.client.idd is not known: did you mean sidecar.tokens.orders.client.id?")
                .anyMatch(it -> it.startsWith("sidecar.tokens.orders.client.id is missing"));
    }

    @Test
    void tokensForDifferentApisMayShareARefreshToken() {
        assertThat(sharing().all().tokens()).containsOnlyKeys("default", "invoices");
    }

    @ParameterizedTest
    @CsvSource({
        "store.file, /var/lib/other",
        "store.timeout, 3s",
    })
    void tokensWithACommonRefreshTokenNeedTheSameStore(String key, String value) {
        assertThat(sharing().property("sidecar.tokens.invoices." + key, value).violations())
                .containsExactly("sidecar.tokens.invoices.store.refresh-token-file is the same as"
                        + " sidecar.token.store.refresh-token-file, so all keys of sidecar.tokens.invoices.store must be as"
                        + " they are there: one refresh token is kept in one place");
    }

    @ParameterizedTest
    @CsvSource({
        "client.id, other",
        "grant.type, device_code",
        "authorization-server.issuer, https://other.example.com",
    })
    void tokensWithACommonRefreshTokenNeedTheSameClient(String key, String value) {
        assertThat(sharing().property("sidecar.tokens.invoices." + key, value).violations())
                .containsExactly("sidecar.tokens.invoices.store.refresh-token-file is the same as"
                        + " sidecar.token.store.refresh-token-file, so client.id, client.dpop, grant.type and authorization server must be the same:"
                        + " a refresh token belongs to one client (RFC 6749 section 6)");
    }

    @Test
    void oneStoreForTwoRefreshTokensIsRejected() {
        assertThat(sharing()
                        .token("store.file", "/var/lib/refresh-token")
                        .property("sidecar.tokens.invoices.store.file", "/var/lib/refresh-token")
                        .property("sidecar.tokens.invoices.store.refresh-token-file", "/etc/other")
                        .violations())
                .singleElement()
                .asString()
                .startsWith("sidecar.tokens.invoices.store.file is the same as sidecar.token.store.file");
    }

    private static Given sharingASecret() {
        return Given.kubernetes()
                .andMinimal("sidecar.tokens.invoices.")
                .property("sidecar.tokens.invoices.store.refresh-token-file", "")
                .token("store.refresh-token-file", "")
                .property("sidecar.tokens.invoices.store.kubernetes.secret", "token-sidecar-session");
    }

    @Test
    void tokensForDifferentApisMayShareASecret() {
        assertThat(sharingASecret().all().tokens().values().stream()
                        .map(TokenSettings::store)
                        .distinct())
                .hasSize(1);
    }

    /** The namespace of the pod may be the one that the other token names. */
    @ParameterizedTest
    @CsvSource({
        "store.refresh-token-file, /etc/token-sidecar/refresh-token",
        "store.timeout, 3s",
        "store.encryption-key-file, /keys/store",
        "store.kubernetes.namespace, orders",
        "store.kubernetes.without-api, refresh",
    })
    void tokensWithACommonSecretNeedTheSameStore(String key, String value) {
        assertThat(sharingASecret()
                        .property("sidecar.tokens.invoices." + key, value)
                        .violations())
                .containsExactly("sidecar.tokens.invoices.store.kubernetes.secret is the same as"
                        + " sidecar.token.store.kubernetes.secret, so all keys of sidecar.tokens.invoices.store must be as"
                        + " they are there: one refresh token is kept in one place");
    }

    @Test
    void tokensWithACommonSecretNeedTheSameClient() {
        assertThat(sharingASecret()
                        .property("sidecar.tokens.invoices.client.id", "other")
                        .violations())
                .singleElement()
                .asString()
                .startsWith("sidecar.tokens.invoices.store.kubernetes.secret is the same as")
                .contains("client.id, client.dpop, grant.type and authorization server must be the same");
    }

    @Test
    void aSecretOfAnotherNamespaceIsAnotherSecret() {
        Given given = sharingASecret()
                .token("store.kubernetes.namespace", "orders")
                .property("sidecar.tokens.invoices.store.kubernetes.namespace", "invoices")
                .property("sidecar.tokens.invoices.client.id", "other");

        assertThat(given.all().tokens()).hasSize(2);
    }

    @Test
    void eachTokenNeedsItsOwnFile() {
        Given given = sharing()
                .token("file", "/run/token/default")
                .variable("SIDECAR_TOKENS_INVOICES_FILE", "/run/token/invoices");

        assertThat(Objects.requireNonNull(given.all().tokens().get("invoices"))
                        .file()
                        .path())
                .isEqualTo(Path.of("/run/token/invoices"));
        assertThat(given.token("file", "/run/token/../token/invoices").violations())
                .containsExactly("sidecar.tokens.invoices.file must not be sidecar.token.file:"
                        + " the sidecar replaces and removes this file");
    }

    @ParameterizedTest
    @CsvSource({"store.file, /data/refresh-token", "store.refresh-token-file, /etc/token-sidecar/refresh-token"})
    void aTokenFileCannotBeARefreshTokenOfAnotherToken(String key, String path) {
        assertThat(with(Given.minimal().token("store.file", "/data/refresh-token"), "orders")
                        .property("sidecar.tokens.orders.file", path)
                        .violations())
                .containsExactly("sidecar.tokens.orders.file must not be sidecar.token." + key
                        + ": the sidecar replaces and removes this file");
    }

    /** The variables of all paths end with {@code _FILE}, like that of the token file. */
    @Test
    void aMisspeltVariableNamesNoToken() {
        assertThat(withVariables(Given.minimal(), "orders")
                        .variable("SIDECAR_TOKENS_ORDERS_CLIENT_SECERT_FILE", "/etc/orders/client-secret")
                        .violations())
                .containsExactly("environment variable SIDECAR_TOKENS_ORDERS_CLIENT_SECERT_FILE is not known:"
                        + " did you mean SIDECAR_TOKENS_ORDERS_CLIENT_SECRET_FILE?");
    }
}
