package dev.tokensidecar.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnknownKeysTest {

    @ParameterizedTest
    @CsvSource({
        "sidecar.token.clientid, sidecar.token.client.id",
        "sidecar.token.client.secretfile, sidecar.token.client.secret-file",
        "sidecar.token.Refresh.ahead, sidecar.token.refresh.ahead",
        "sidecar.client.id, sidecar.token.client.id",
    })
    void aMisspeltKeyIsRejectedWithASuggestion(String key, String meant) {
        assertThat(Given.minimal().property(key, "x").violations())
                .containsExactly(key + " is not known: did you mean " + meant + "?");
    }

    @Test
    void aMisspeltKeyIsRejectedInEveryProfile() {
        assertThat(Given.minimal()
                        .property("%prod.sidecar.token.clientid", "x")
                        .property("%dev,test.sidecar.token.clientid", "x")
                        .property("%prod.sidecar.token.grant.scope", "x")
                        .violations())
                .containsExactly("sidecar.token.clientid is not known: did you mean sidecar.token.client.id?");
    }

    @ParameterizedTest
    @CsvSource({
        "SIDECAR_TOKEN_CLIENTID, SIDECAR_TOKEN_CLIENT_ID",
        "SIDECAR_TOKEN_CLIENT_SECRET, SIDECAR_TOKEN_CLIENT_SECRET_FILE",
        "SIDECAR_TOKENS_BILLING_CLIENTID, SIDECAR_TOKEN_CLIENT_ID",
        "SIDECAR_CLIENT_ID, SIDECAR_TOKEN_CLIENT_ID",
    })
    void aMisspeltVariableIsRejectedWithASuggestion(String name, String meant) {
        assertThat(Given.minimal().variable(name, "x").violations())
                .contains("environment variable " + name + " is not known: did you mean " + meant + "?")
                .allMatch(violation -> violation.contains(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"side.car", "quarkus.log.level", "sidecars.token", "PATH", "MY_SIDECAR_TOKEN", "SIDECARS"})
    void namesWithOtherPrefixesAreIgnored(String name) {
        assertThat(Given.minimal().property(name, "x").variable(name, "x").settings())
                .isEqualTo(Given.minimal().settings());
    }

    @ParameterizedTest
    @ValueSource(strings = {"SIDECAR", "SIDECAR_TOKEN", "SIDECAR_TOKEN_STORE"})
    void variablesOfAServiceAreIgnored(String service) {
        Given given = Given.minimal()
                .variable(service + "_SERVICE_HOST", "10.0.0.1")
                .variable(service + "_SERVICE_PORT", "8080")
                .variable(service + "_SERVICE_PORT_HTTP", "8080")
                .variable(service + "_PORT", "tcp://10.0.0.1:8080")
                .variable(service + "_PORT_8080_TCP", "tcp://10.0.0.1:8080")
                .variable(service + "_PORT_8080_TCP_PROTO", "tcp")
                .variable(service + "_PORT_8080_TCP_PORT", "8080")
                .variable(service + "_PORT_8080_TCP_ADDR", "10.0.0.1");

        assertThat(given.settings()).isEqualTo(Given.minimal().settings());
    }

    @ParameterizedTest
    @ValueSource(strings = {"SIDECAR_PORT", "SIDECAR_TOKEN_SERVICE_PORT", "SIDECAR_PORTAL", "SIDECAR_OTHER_PORT"})
    void aVariableThatOnlyResemblesThemIsRejected(String name) {
        String service = name.equals("SIDECAR_PORT") ? "OTHER" : "SIDECAR";
        Given given = Given.minimal().variable(name, "8080").variable(service + "_SERVICE_HOST", "10.0.0.1");

        assertThat(given.violations())
                .singleElement()
                .asString()
                .startsWith("environment variable " + name + " is not known");
    }

    @Test
    void anUnusualServiceNameHasNoEffect() {
        assertThat(Given.minimal()
                        .variable("ODD)(_SERVICE_HOST", "10.0.0.1")
                        .variable("SIDECAR_TYPO", "x")
                        .violations())
                .hasSize(1);
    }
}
