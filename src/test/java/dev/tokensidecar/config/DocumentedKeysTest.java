package dev.tokensidecar.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.DocumentedExample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** docs/configuration.md has the right keys, defaults and variables, and valid examples. */
class DocumentedKeysTest {

    private static final Pattern SECTION = Pattern.compile("(?ms)^### (sidecar\\.\\S+)$(.*?)(?=^##|\\z)");
    private static final Pattern DEFAULT = Pattern.compile("(?m)^- Default: (?:`([^`]+)`|none)");
    private static final Pattern VARIABLE = Pattern.compile("(?m)^- Environment: `([^`]+)`$");

    private static final String FORWARD = "sidecar.forward.";
    private static final String INTROSPECTION = "sidecar.introspection.";

    private static String page = "";
    private static Map<String, String> sections = Map.of();

    @BeforeAll
    static void readThePage() throws IOException {
        page = Files.readString(Path.of("docs", "configuration.md"));
        sections = SECTION.matcher(page)
                .results()
                .collect(Collectors.toMap(
                        section -> section.group(1), section -> section.group(2), (a, b) -> a + b, LinkedHashMap::new));
    }

    @Test
    void everyKeyHasOneHeadingAndEveryHeadingIsAKey() {
        List<String> headings =
                SECTION.matcher(page).results().map(section -> section.group(1)).toList();

        assertThat(headings)
                .containsExactlyElementsOf(SettingsReader.keys(Given.nothing().config()));
    }

    @Test
    void everyKeyNamesItsVariable() {
        assertThat(sections)
                .allSatisfy(
                        (key, text) -> assertThat(only(VARIABLE, text).group(1)).isEqualTo(UnknownKeys.variable(key)));
    }

    @Test
    void theDocumentedDefaultsAreTheDefaults() {
        assertThat(withDefaults(
                        Given.minimal(),
                        key -> !key.contains(RefreshEndpointKeys.GROUP)
                                && !key.contains(FORWARD)
                                && !key.contains(INTROSPECTION)
                                && !key.contains(KubernetesKeys.GROUP)
                                // of named tokens only: see ExchangeKeysTest
                                && !key.contains(ExchangeKeys.GROUP)
                                && !key.endsWith("subject-token-type")
                                && !key.contains(AssertionKeys.GROUP)
                                && !isOfGateways(key)
                                && !isOfASocket(key)
                                && !isOfTheTokenFile(key)))
                .isEqualTo(Given.minimal().all());
        assertThat(withDefaults(Given.forward(), key -> key.contains(FORWARD) && !key.contains(".expired-")))
                .isEqualTo(Given.forward().all());
        assertThat(withDefaults(
                        Given.introspection(),
                        // the server is asked with another method only
                        key -> key.contains(INTROSPECTION) && !key.endsWith("max-answer-age")))
                .isEqualTo(Given.introspection().all());
        assertThat(withDefaults(Given.tokenExchange(), key -> key.endsWith("subject-token-type")))
                .isEqualTo(Given.tokenExchange().all());
        assertThat(withDefaults(Given.signedAssertion(), key -> key.contains(AssertionKeys.GROUP)))
                .isEqualTo(Given.signedAssertion().all());
        assertThat(withDefaults(Given.refreshEndpoint(), key -> key.contains(RefreshEndpointKeys.GROUP)))
                .isEqualTo(Given.refreshEndpoint().all());
        assertThat(withDefaults(Given.kubernetes(), key -> key.contains(KubernetesKeys.GROUP)))
                .isEqualTo(Given.kubernetes().all());
        assertThat(withDefaults(Given.tokenFile(), DocumentedKeysTest::isOfTheTokenFile))
                .isEqualTo(Given.tokenFile().all());
        assertThat(withDefaults(Given.socket(), DocumentedKeysTest::isOfASocket))
                .isEqualTo(Given.socket().all());
        assertThat(withDefaults(Given.authorize(), DocumentedKeysTest::isOfGateways))
                .isEqualTo(Given.authorize().all());
    }

    private static boolean isOfTheTokenFile(String key) {
        return key.startsWith(SettingsReader.TOKEN + "file-");
    }

    private static boolean isOfASocket(String key) {
        return key.startsWith(SocketKeys.PREFIX);
    }

    private static boolean isOfGateways(String key) {
        return key.startsWith(AuthorizeKeys.PREFIX);
    }

    private static SidecarSettings withDefaults(Given given, Predicate<String> keys) {
        sections.forEach((key, text) -> {
            String value = only(DEFAULT, text).group(1);
            if (value != null && keys.test(key)) {
                var unused = given.property(key.replace("<name>", Given.FORWARD), value);
            }
        });
        return given.all();
    }

    /** The previous test does not notice a missing default. */
    @Test
    void onlyKeysWithoutADefaultDocumentNone() {
        Set<String> without = sections.entrySet().stream()
                .filter(section -> only(DEFAULT, section.getValue()).group(1) == null)
                .map(section -> section.getKey().replace(SettingsReader.TOKEN, ""))
                .collect(Collectors.toSet());

        assertThat(without)
                .containsExactlyInAnyOrder(
                        "fields",
                        "file-field",
                        "authorization-server.issuer",
                        "authorization-server.token-endpoint",
                        "authorization-server.tls-configuration-name",
                        "authorization-server.expires-at-field",
                        "authorization-server.device-authorization-endpoint",
                        "authorization-server.authorization-endpoint",
                        "authorization-server.dead-errors",
                        "authorization-server.error-code",
                        "authorization-server.error-description",
                        "authorization-server.extra-headers",
                        "refresh-endpoint.url",
                        "refresh-endpoint.headers",
                        "refresh-endpoint.expires-at",
                        "client.id",
                        "client.secret-file",
                        "client.key-file",
                        "client.key-id",
                        "client.certificate-file",
                        "client.signing-algorithm",
                        "client.assertion-audience",
                        "client.assertion-file",
                        "client.dpop.algorithm",
                        "client.dpop.key-file",
                        "exchange.assertion-token",
                        "grant.caller-parameters",
                        "grant.scope",
                        "grant.audience",
                        "grant.resource",
                        "grant.extra-parameters",
                        "grant.assertion-file",
                        "grant.assertion.key-file",
                        "grant.assertion.service-account-file",
                        "grant.assertion.key-id",
                        "grant.assertion.signing-algorithm",
                        "grant.assertion.issuer",
                        "grant.assertion.subject",
                        "grant.assertion.audience",
                        "grant.assertion.claims",
                        "grant.subject-token-file",
                        "grant.requested-token-type",
                        "grant.username",
                        "grant.password-file",
                        "store.refresh-token-file",
                        "store.file",
                        "store.encryption-key-file",
                        "store.kubernetes.secret",
                        "store.kubernetes.namespace",
                        "file",
                        "file-group",
                        "sidecar.authorize.port",
                        "sidecar.authorize.caller-secret-file",
                        "sidecar.guard.required-header",
                        "sidecar.guard.caller-secret-file",
                        "sidecar.sockets.<name>.path",
                        "sidecar.sockets.<name>.owner",
                        "sidecar.sockets.<name>.tokens",
                        "sidecar.pod.name",
                        "sidecar.pod.uid",
                        "sidecar.proxy.url",
                        "sidecar.proxy.no-proxy",
                        "sidecar.proxy.credentials-file",
                        "sidecar.forward.<name>.target",
                        "sidecar.forward.<name>.listen-path",
                        "sidecar.forward.<name>.expired-pointer",
                        "sidecar.forward.<name>.expired-challenge",
                        "sidecar.forward.<name>.expired-text",
                        "sidecar.forward.<name>.max-requests",
                        "sidecar.forward.<name>.tls-configuration-name",
                        "sidecar.introspection.<name>.issuer",
                        "sidecar.introspection.<name>.audience",
                        "sidecar.introspection.<name>.token-type",
                        "sidecar.introspection.<name>.required-scope",
                        "sidecar.introspection.<name>.required-claims",
                        "sidecar.introspection.<name>.keys.jwks-uri",
                        "sidecar.introspection.<name>.keys.tls-configuration-name",
                        "sidecar.introspection.<name>.server.client",
                        "sidecar.introspection.<name>.server.introspection-endpoint");
    }

    @Test
    void theExamplesAreAcceptedAndMeanTheSameInBothForms() {
        List<DocumentedExample> examples = DocumentedExample.all();
        List<SidecarSettings> files = examples.stream()
                .map(example -> fromProperties(example.properties()))
                .toList();
        List<SidecarSettings> environments = examples.stream()
                .map(example -> fromEnvironment(example.variables()))
                .toList();

        assertThat(files).hasSizeGreaterThan(20).doesNotHaveDuplicates();
        assertThat(environments).isEqualTo(files);
    }

    private static SidecarSettings fromProperties(Map<String, String> lines) {
        Given given = Given.nothing();
        for (Map.Entry<String, String> line : lines.entrySet()) {
            given = given.property(line.getKey(), line.getValue());
        }
        return given.all();
    }

    private static SidecarSettings fromEnvironment(Map<String, String> lines) {
        Given given = Given.nothing();
        for (Map.Entry<String, String> line : lines.entrySet()) {
            given = given.variable(line.getKey(), line.getValue());
        }
        return given.all();
    }

    private static MatchResult only(Pattern pattern, String text) {
        List<MatchResult> matches = pattern.matcher(text).results().toList();
        assertThat(matches).as(text).hasSize(1);
        return matches.getFirst();
    }
}
