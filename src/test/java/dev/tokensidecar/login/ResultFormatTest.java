package dev.tokensidecar.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tokensidecar.token.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms in which a refresh token leaves the command. */
class ResultFormatTest {

    private static final Secret REFRESH_TOKEN = Secret.of("rt-1");

    @Test
    void theManifestHasEverythingThatTheContainerReads() {
        SecretManifest manifest = new SecretManifest(
                "orders-token-sidecar", "shop", "https://login.example.com", "orders", Secret.of("s3cret"));

        assertThat(manifest.render(REFRESH_TOKEN).reveal()).isEqualTo("""
                apiVersion: v1
                kind: Secret
                metadata:
                  name: "orders-token-sidecar"
                  namespace: "shop"
                type: Opaque
                data:
                  issuer: "aHR0cHM6Ly9sb2dpbi5leGFtcGxlLmNvbQ=="
                  client-id: "b3JkZXJz"
                  client-secret: "czNjcmV0"
                  refresh-token: "cnQtMQ=="
                """);
        assertThat(manifest.toString()).doesNotContain("s3cret");
    }

    @Test
    void whatThereIsNotIsEmptyIfTheContainerRequiresIt() {
        assertThat(new SecretManifest("token-sidecar", null, null, "orders", null)
                        .render(REFRESH_TOKEN)
                        .reveal())
                .isEqualTo("""
                        apiVersion: v1
                        kind: Secret
                        metadata:
                          name: "token-sidecar"
                        type: Opaque
                        data:
                          issuer: ""
                          client-id: "b3JkZXJz"
                          refresh-token: "cnQtMQ=="
                        """);
    }

    @Test
    void thePatchConcernsTheRefreshTokenOnly() {
        assertThat(new ResultFormat.Patch().render(REFRESH_TOKEN).reveal())
                .isEqualTo("{\"data\":{\"refresh-token\":\"cnQtMQ==\"}}\n");
        assertThat(new ResultFormat.Alone().render(REFRESH_TOKEN)).isEqualTo(REFRESH_TOKEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Orders", "a_b", "-a", "a\nkind: Role", "a:b", "a..b", "a.-b", "a."})
    void aNameThatKubernetesRejectsIsRejected(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> new SecretManifest(name, null, null, "orders", null));
        assertThatIllegalArgumentException().isThrownBy(() -> new SecretManifest("a", name, null, "orders", null));
    }

    /** RFC 1123: a Secret has the name of a domain, a namespace that of a host. */
    @Test
    void theNamesHaveTheirOwnRules() {
        String longest = "a".repeat(63);

        assertThat(new SecretManifest("orders.token-sidecar", longest, null, "orders", null).name())
                .isEqualTo("orders.token-sidecar");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SecretManifest("a", longest + "a", null, "orders", null));
        assertThatIllegalArgumentException().isThrownBy(() -> new SecretManifest("a", "a.b", null, "orders", null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"123", "true", "null", "1e3"})
    void aNameStaysATextInYaml(String name) {
        assertThat(new SecretManifest(name, name, null, "orders", null)
                        .render(REFRESH_TOKEN)
                        .reveal())
                .contains("\n  name: \"" + name + "\"\n  namespace: \"" + name + "\"\n");
    }
}
