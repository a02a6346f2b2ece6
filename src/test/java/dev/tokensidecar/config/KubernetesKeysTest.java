package dev.tokensidecar.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.config.TokenSettings.GrantType;
import dev.tokensidecar.config.TokenSettings.KubernetesSecret;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

class KubernetesKeysTest {

    /** A value for every key of the group, other than the default. */
    static final Map<String, String> ALL = Map.of(
            "store.kubernetes.secret", "orders.session-2",
            "store.kubernetes.namespace", "shop",
            "store.kubernetes.without-api", "REFRESH",
            "store.kubernetes.encryption-required", "true");

    private static final String SECRET = "sidecar.token.store.kubernetes.secret";

    private static @Nullable KubernetesSecret secret(Given given) {
        return given.settings().store().kubernetes();
    }

    @Test
    void withoutASecretThereIsNoSuchStore() {
        assertThat(secret(Given.minimal())).isNull();
    }

    @Test
    void theNameAloneIsEnough() {
        assertThat(secret(Given.kubernetes()))
                .isEqualTo(new KubernetesSecret("token-sidecar-session", null, true, false));
        assertThat(secret(Given.kubernetes().without("store.refresh-token-file")))
                .isNotNull();
    }

    @Test
    void everyKeyIsRead() {
        KubernetesSecret all = new KubernetesSecret("orders.session-2", "shop", false, true);

        assertThat(secret(Given.minimal().tokens(ALL).token("store.encryption-key-file", "/keys/store")))
                .isEqualTo(all);
        assertThat(secret(Given.minimal()
                        .variables(SettingsReader.TOKEN, ALL)
                        .variable("SIDECAR_TOKEN_STORE_ENCRYPTION_KEY_FILE", "/keys/store")))
                .isEqualTo(all);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "2nd", "token-sidecar-session", "orders.session-2", "a.b.c"})
    void namesOfSecretsAreAccepted(String name) {
        assertThat(secret(Given.kubernetes().token("store.kubernetes.secret", name)))
                .isEqualTo(new KubernetesSecret(name, null, true, false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Session", "my_session", "-a", "a-", ".a", "a.", "a..b", "a.-b", "a/b", "1//0gAbCdEf", "\u00e4"})
    void otherNamesAreRejectedAndNotShown(String name) {
        assertThat(Given.kubernetes().token("store.kubernetes.secret", name).violations())
                .containsExactly(
                        SECRET + " is not a name and is not shown, since it may be the secret itself: write up to 253"
                                + " lower-case letters, digits, hyphens and dots, such as token-sidecar-session");
    }

    @Test
    void aNameHasUpTo253Characters() {
        String longest = "a.".repeat(126) + "a";

        assertThat(secret(Given.kubernetes().token("store.kubernetes.secret", longest)))
                .isNotNull();
        assertThat(Given.kubernetes()
                        .token("store.kubernetes.secret", longest + "a")
                        .violations())
                .hasSize(1);
        assertThat(Given.kubernetes()
                        .token("store.kubernetes.secret", "a.".repeat(100_000))
                        .violations())
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "store.kubernetes.namespace, my.shop, 'cannot be used: write up to 63 lower-case letters, digits and hyphens'",
        "store.kubernetes.without-api, wait, '= ''wait'' cannot be used: write one of serve, refresh'",
        "store.kubernetes.encryption-required, yes, '= ''yes'' cannot be used: write one of true, false'",
    })
    void theOtherKeysAreChecked(String key, String value, String problem) {
        assertThat(Given.kubernetes().token(key, value).violations())
                .singleElement()
                .asString()
                .startsWith("sidecar.token." + key + " " + problem);
    }

    @ParameterizedTest
    @CsvSource({
        "store.kubernetes.namespace, shop",
        "store.kubernetes.without-api, serve",
        "store.kubernetes.encryption-required, false",
    })
    void theOtherKeysNeedTheSecret(String key, String value) {
        assertThat(Given.minimal().token(key, value).violations())
                .containsExactly("sidecar.token." + key + " is not used without " + SECRET
                        + ": leave it out or name that Secret");
    }

    @Test
    void aSessionIsKeptInOnePlace() {
        assertThat(Given.kubernetes().token("store.file", "/data/refresh-token").violations())
                .containsExactly(
                        SECRET + " and sidecar.token.store.file exclude each other: leave one out, a session is"
                                + " kept in one place");
    }

    @Test
    void encryptionAppliesToASecretToo() {
        Given given = Given.kubernetes().token("store.accept-plain-text", "true");

        assertThat(given.violations())
                .containsExactly("sidecar.token.store.accept-plain-text is not used without"
                        + " sidecar.token.store.encryption-key-file: leave it out or name that file");
        assertThat(given.token("store.encryption-key-file", "/keys/store")
                        .settings()
                        .store()
                        .acceptPlainText())
                .isTrue();
    }

    @Test
    void encryptionCanBeRequired() {
        Given given = Given.kubernetes().token("store.kubernetes.encryption-required", "true");

        assertThat(given.violations())
                .containsExactly("sidecar.token.store.encryption-key-file is missing, and"
                        + " sidecar.token.store.kubernetes.encryption-required demands it: name the file that holds the"
                        + " key");
        assertThat(secret(given.token("store.encryption-key-file", "/keys/store")))
                .isNotNull();
    }

    /** Nothing is lost if two pods present the same refresh token: each can get another one. */
    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"REFRESH_TOKEN", "DEVICE_CODE", "SELF_SIGNED"})
    void grantsWithoutAUserShareASessionAndNeedNoClaim(GrantType type) {
        String grant = type.name().toLowerCase(Locale.ROOT);
        Given given = Given.kubernetes()
                .without("store.refresh-token-file")
                .token("grant.type", grant)
                .tokens(credentials(type));

        assertThat(secret(given)).isEqualTo(new KubernetesSecret("token-sidecar-session", null, false, false));
        assertThat(given.token("store.kubernetes.without-api", "serve").violations())
                .containsExactly("sidecar.token.store.kubernetes.without-api is not used with sidecar.token.grant.type="
                        + grant + ": leave it out or set refresh_token or device_code");
    }

    private static Map<String, String> credentials(GrantType type) {
        return switch (type) {
            case JWT_BEARER -> Map.of("grant.assertion-file", "/var/run/jwt");
            case TOKEN_EXCHANGE -> Map.of("grant.subject-token-file", "/var/run/token");
            case PASSWORD -> Map.of("grant.username", "svc", "grant.password-file", "/var/run/password");
            default -> Map.of();
        };
    }

    @Test
    void aDeviceCodeNeedsAClaim() {
        assertThat(secret(Given.kubernetes().token("grant.type", "device_code")))
                .isEqualTo(new KubernetesSecret("token-sidecar-session", null, true, false));
    }
}
