package dev.tokensidecar.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Finds misspelt keys of Quarkus, but no key that Quarkus has. */
class MisspeltQuarkusKeysTest {

    @ParameterizedTest
    @CsvSource({
        "QUARKUS_HTTP_PROT, QUARKUS_HTTP_PORT",
        "QUARKUS_HTTPPORT, QUARKUS_HTTP_PORT",
        "QUARKUS_MANAGMENT_PORT, QUARKUS_MANAGEMENT_PORT",
        "QUARKUS_MANGEMNET_PORT, QUARKUS_MANAGEMENT_PORT",
        "QUARKUS_LOG_LEVLE, QUARKUS_LOG_LEVEL",
        "QUARKUS_LOGLEVEL, QUARKUS_LOG_LEVEL",
        "QUARKUS_LOG_CATEGORY_DEV_TOKENSIDECAR_LEVELS, QUARKUS_LOG_CATEGORY__DEV_TOKENSIDECAR__LEVEL",
        "QUARKUS_LOG_CONSOLE_JSON_ENABLE, QUARKUS_LOG_CONSOLE_JSON_ENABLED",
        "QUARKUS_HTTP_ACCESSLOG_ENABLED, QUARKUS_HTTP_ACCESS_LOG_ENABLED",
        "QUARKUS_OTEL_SDK_DISABLE, QUARKUS_OTEL_SDK_DISABLED",
        "QUARKUS_OTEL_EXPORTER_OTPL_ENDPOINT, QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT",
        "QUARKUS_TLS_INTERNAL_TRUST_STORE_PEM_CERT, QUARKUS_TLS_<NAME>_TRUST_STORE_PEM_CERTS",
    })
    void aMisspeltVariableIsFound(String written, String meant) {
        assertThat(find(Given.minimal().variable(written, "x"))).containsExactly(Map.entry(written, meant));
    }

    @Test
    void aMisspeltKeyInAFileIsFound() {
        assertThat(find(Given.minimal().property("quarkus.http.prot", "80")))
                .containsExactly(Map.entry("quarkus.http.prot", "quarkus.http.port"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "QUARKUS_HTTP_PORT",
                "QUARKUS_LOG_CATEGORY__DEV_TOKENSIDECAR__LEVEL",
                "QUARKUS_LOG_CATEGORY__IO_NETTY__LEVEL",
                "QUARKUS_TLS_INTERNAL_TRUST_STORE_PEM_CERTS",
                "QUARKUS_TLS_INTERNAL_KEY_STORE_PEM_CLIENT_CERT",
                "QUARKUS_TLS_TRUST_STORE_PEM_CERTS",
                "QUARKUS_PROFILE",
                "QUARKUS_SOMETHING_ELSE",
                "OUR_QUARKUS_HTTP_PROT",
            })
    void otherNamesAreNotFound(String written) {
        assertThat(find(Given.minimal().variable(written, "x"))).isEmpty();
    }

    /** Every extension on the class path contains a model of its keys. */
    @Test
    void noKeyOfQuarkusCountsAsMisspelt() throws IOException {
        Map<String, String> variables = new HashMap<>();
        Map<String, String> keys = new HashMap<>();
        for (JsonNode path : quarkusKeys()) {
            keys.put(path.get("property").asText().replaceAll("\"?<\\w+>\"?|\\{\\*}|\\*", "any"), "x");
            variables.put(path.get("environmentVariable").asText().replaceAll("_{0,2}<\\w+>_{0,2}", "_ANY_"), "x");
        }

        assertThat(variables).hasSizeGreaterThan(500);
        assertThat(MisspeltQuarkusKeys.find(Given.nothing().properties("", keys).config(), variables))
                .isEmpty();
    }

    private static List<JsonNode> quarkusKeys() throws IOException {
        List<JsonNode> keys = new ArrayList<>();
        for (URL model : Collections.list(MisspeltQuarkusKeysTest.class
                .getClassLoader()
                .getResources("META-INF/quarkus-config-doc/quarkus-config-model.json"))) {
            try (InputStream json = model.openStream()) {
                new ObjectMapper()
                        .readTree(json).findValues("path").stream()
                                .filter(path -> path.has("environmentVariable"))
                                .forEach(keys::add);
            }
        }
        return keys;
    }

    /** The documents take these defaults from the declarations. */
    @Test
    void theDeclaredDefaultsMatchTheApplication() throws IOException {
        Properties application = new Properties();
        try (InputStream file = Files.newInputStream(Path.of("src", "main", "resources", "application.properties"))) {
            application.load(file);
        }

        assertThat(DeclaredKey.ofQuarkus(QuarkusKeys.PROCESS))
                .filteredOn(key -> application.containsKey(key.name()))
                .isNotEmpty()
                .allSatisfy(key ->
                        assertThat(key.defaultText()).isEqualTo("`" + application.getProperty(key.name()) + "`"));
    }

    private static Map<String, String> find(Given given) {
        return MisspeltQuarkusKeys.find(given.config(), given.environment());
    }
}
