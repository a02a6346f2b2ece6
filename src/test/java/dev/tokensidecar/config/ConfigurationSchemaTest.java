package dev.tokensidecar.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.tokensidecar.testing.DocumentedExample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** docs/configuration.schema.json accepts what the sidecar accepts, and rejects unknown names. */
class ConfigurationSchemaTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    /** A key or variable with a value in a document or manifest. */
    private static final Pattern ASSIGNMENT = Pattern.compile(
            "(?<![\\w.-])((?:SIDECAR|QUARKUS)_[A-Z0-9_]+(?=[=:])|(?:sidecar|quarkus)\\.[a-z0-9.\"-]+(?==))(?:=|: )\"?([^`\"\\n]*?)\"?(?= +#|`|$)",
            Pattern.MULTILINE);

    private static Schema schema = REGISTRY.getSchema("{}");

    @BeforeAll
    static void readTheSchema() throws IOException {
        schema = REGISTRY.getSchema(Files.readString(Path.of("docs", "configuration.schema.json")));
    }

    @Test
    void isAValidSchema() throws IOException {
        Schema metaschema = REGISTRY.getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

        assertThat(metaschema.validate(JSON.readTree(
                        Path.of("docs", "configuration.schema.json").toFile())))
                .isEmpty();
    }

    static List<DocumentedExample> examples() {
        return DocumentedExample.all();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void acceptsTheExamples(DocumentedExample example) {
        assertThat(errors(example.properties())).isEmpty();
        assertThat(errors(example.variables())).isEmpty();
    }

    @Test
    void acceptsEveryValueInDocumentsAndManifests() throws IOException {
        List<Map.Entry<String, String>> assignments = new ArrayList<>();
        for (Path file : documents()) {
            ASSIGNMENT
                    .matcher(Files.readString(file))
                    .results()
                    .forEach(found -> assignments.add(Map.entry(found.group(1), found.group(2))));
        }

        assertThat(assignments).hasSizeGreaterThan(300);
        assertThat(assignments)
                .filteredOn(assignment -> !errors(Map.ofEntries(assignment)).isEmpty())
                .isEmpty();
    }

    private static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>(List.of(Path.of("README.md")));
        for (String directory : List.of("docs", "examples", "k8s")) {
            try (Stream<Path> files = Files.walk(Path.of(directory))) {
                files.filter(file -> file.toString().endsWith(".md")
                                || file.toString().endsWith(".yaml"))
                        .forEach(documents::add);
            }
        }
        return documents;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SIDECAR_TOKEN_SCOPE",
                "SIDECAR_TOKEN_STORE_FLIE",
                "SIDECAR_TOKENS_INVOICES_SCOPE",
                "SIDECAR_TOKENS_INVOICES_CLIENT_SECERT_FILE",
                "SIDECAR_FORWARD_ORDERS_URL",
                "SIDECAR_LOG_LEVEL",
                "SIDECAR_",
                "sidecar.token.clientid",
                "sidecar.token.refresh.Ahead",
                "sidecar.tokens.invoices.clientid",
                "sidecar.tokens.Invoices.client.id",
                "sidecar.forward.orders.tokens",
                "sidecar.shutdown.delay",
            })
    void rejectsUnknownNames(String name) {
        assertThat(errors(Map.of(name, "x"))).isNotEmpty();
        assertThat(errors(Map.of("SIDECAR_TOKEN_CLIENT_ID", "app", name, "x"))).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PATH",
                "QUARKUS_LOG_FILE_LEVEL",
                "quarkus.log.file.level",
                "SIDECAR_TOKENS_MY_API_FILE",
                "SIDECAR_TOKENS_MY_API_STORE_FILE",
                "SIDECAR_FORWARD_MY_API_TLS_CONFIGURATION_NAME",
                "sidecar.tokens.my-api.client.id",
            })
    void acceptsOtherNames(String name) {
        assertThat(errors(Map.of(name, "/x"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "sidecar.token.grant.type, implicit",
        "sidecar.token.store.accept-plain-text, yes",
        "sidecar.token.refresh.ahead, soon",
        "sidecar.token.refresh.jitter, 10%",
        "sidecar.token.http.max-waiters, 1e4",
        "sidecar.token.client.secret-file, s3cret",
        "sidecar.token.authorization-server.issuer, login.example.com",
        "sidecar.token.authorization-server.issuer, https://user:pass@login.example.com",
        "sidecar.token.authorization-server.extra-headers, tenant",
        "sidecar.token.refresh-endpoint.session-over-statuses, '401,429'",
        "sidecar.token.refresh-endpoint.access-token, access token",
        "sidecar.token.file-mode, rw-r-----",
        "sidecar.guard.required-header, Metadata",
        "sidecar.sockets.orders.owner, nobody",
        "sidecar.forward.orders.listen-path, orders",
        "sidecar.forward.orders.expired-pointer, message",
        "quarkus.http.port, eighty",
    })
    void rejectsMalformedValues(String key, String value) {
        assertThat(errors(Map.of(key, value))).isNotEmpty();
        assertThat(errors(Map.of(UnknownKeys.variable(key), value))).isNotEmpty();
        assertThat(errors(Map.of(key, "${OTHER}"))).isEmpty();
        assertThat(errors(Map.of(key, " "))).isEmpty();
    }

    /** Tries values of every format with every key. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "true",
                "seconds",
                "post",
                "5",
                "401",
                "0640",
                "0.25",
                ".5",
                "500ms",
                "2d",
                "1h30m",
                "1.5S",
                "PT30S",
                "a=1, b = x=y,empty=,",
                "401, 419",
                "/a/b",
                "../a",
                "/a~1b",
                "X-Token",
                "Metadata: a b",
                "1000:1000",
                "https://login.example.com:8443/a?b=c@d",
                "http://[::1]",
                "https://a?b",
            })
    void acceptsEveryValueThatTheSidecarAccepts(String value) {
        Given given = Given.nothing();
        List<String> accepted = DeclaredKey.all().stream()
                .filter(key -> isAccepted(key.key(), value, given))
                .map(DeclaredKey::name)
                .toList();

        assertThat(accepted)
                .isNotEmpty()
                .allSatisfy(key -> assertThat(errors(Map.of(key.replace("<name>", "orders"), value)))
                        .isEmpty());
    }

    private static boolean isAccepted(Key<?> key, String value, Given given) {
        List<String> problems = new ArrayList<>();
        Object parsed = key.type().parse(new RawValue(value, given.config(), problems::add));
        return parsed != null && problems.isEmpty();
    }

    @Test
    void validatesTheDataOfAConfigMap() {
        ObjectNode map = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "ConfigMap");
        map.putObject("metadata").put("name", "token-sidecar");
        map.putObject("data").put("SIDECAR_TOKEN_CLIENT_ID", "app");

        assertThat(schema.validate(map)).isEmpty();
        map.withObject("data").put("SIDECAR_TOKEN_SCOPE", "read");
        assertThat(schema.validate(map)).isNotEmpty();
    }

    /** Kubernetes accepts strings only. */
    @Test
    void rejectsANumberWithoutQuotes() {
        assertThat(schema.validate(JSON.createObjectNode().put("SIDECAR_TOKEN_HTTP_MAX_WAITERS", 5)))
                .isNotEmpty();
    }

    private static List<Error> errors(Map<String, String> settings) {
        return schema.validate(JSON.<ObjectNode>valueToTree(settings));
    }
}
