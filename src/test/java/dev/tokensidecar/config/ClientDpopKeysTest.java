package dev.tokensidecar.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.config.TokenSettings.DpopSettings;
import dev.tokensidecar.oauth2.keys.ProofAlgorithm;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Proofs of possession (RFC 9449). */
class ClientDpopKeysTest {

    private static Given dpop() {
        return Given.forward().token("client.dpop.enabled", "true");
    }

    @Test
    void dpopIsOffByDefault() {
        assertThat(Given.forward().settings().client().dpop()).isNull();
    }

    @Test
    void dpopNeedsOneKey() {
        assertThat(dpop().settings().client().dpop()).isEqualTo(new DpopSettings(null, null));
    }

    @Test
    void algorithmAndKeyAreOptional() {
        assertThat(dpop().token("client.dpop.algorithm", "EdDSA")
                        .token("client.dpop.key-file", "/keys/dpop.pem")
                        .settings()
                        .client()
                        .dpop())
                .isEqualTo(new DpopSettings(ProofAlgorithm.EdDSA, Path.of("/keys/dpop.pem")));
    }

    @Test
    void anAlgorithmThatIsNotForProofsIsRejected() {
        assertThat(dpop().token("client.dpop.algorithm", "HS256").violations())
                .singleElement()
                .asString()
                .startsWith("sidecar.token.client.dpop.algorithm")
                .contains("ES256, EdDSA");
    }

    @ParameterizedTest
    @CsvSource({"algorithm, ES256", "key-file, /keys/dpop.pem"})
    void theOtherKeysNeedDpop(String key, String value) {
        assertThat(Given.forward().token("client.dpop." + key, value).violations())
                .containsExactly("sidecar.token.client.dpop." + key
                        + " is not used without sidecar.token.client.dpop.enabled=true: leave it out or enable DPoP");
    }

    @Test
    void aTokenWithoutARouteIsOfNoUse() {
        assertThat(Given.minimal().token("client.dpop.enabled", "true").violations())
                .containsExactly(
                        "sidecar.token.client.dpop.enabled needs a route: such a token works through forwarding"
                                + " only, so write sidecar.forward.<name>.target for this token, or leave this key out");
        assertThat(dpop().property("sidecar.forward.orders.token", "other")
                        .andMinimal("sidecar.tokens.other.")
                        .property("sidecar.tokens.other.store.refresh-token-file", "/etc/token-sidecar/other")
                        .violations())
                .singleElement()
                .asString()
                .contains("needs a route");
    }

    @Test
    void readersOfATokenFileHaveNoProofs() {
        assertThat(dpop().token("file", "/run/token/access-token").violations())
                .containsExactly(
                        "sidecar.token.file cannot be used with sidecar.token.client.dpop.enabled=true: the readers"
                                + " of the file have no proofs, leave one out");
    }

    @Test
    void gatewaysHaveNoProofs() {
        assertThat(dpop().property("sidecar.authorize.port", "8195")
                        .property("sidecar.authorize.caller-secret-file", "/secrets/gateway")
                        .violations())
                .containsExactly("sidecar.authorize.token names a token with client.dpop.enabled=true: gateways have no"
                        + " proofs, name another token");
    }

    @Test
    void anEndpointWithoutOAuthGetsNoProofs() {
        assertThat(Given.refreshEndpoint()
                        .property("sidecar.forward.orders.target", "https://api.example.com")
                        .token("client.dpop.enabled", "true")
                        .violations())
                .containsExactly(
                        "sidecar.token.client.dpop.enabled is not used with sidecar.token.refresh-endpoint.url:"
                                + " leave one out");
    }

    @Test
    void tokensOfOneSessionAgreeAboutProofs() {
        assertThat(dpop().andMinimal("sidecar.tokens.other.").violations())
                .singleElement()
                .asString()
                .startsWith("sidecar.tokens.other.store.refresh-token-file is the same as")
                .contains("client.dpop");
    }
}
