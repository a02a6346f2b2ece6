package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.DocumentedExample;
import dev.tokensidecar.testing.crypto.CertificateAuthority;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.server.PermissiveServer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packaged application obtains tokens with each example of docs/configuration.md, in either form. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
class ExamplesIT {

    private static final Path LOGS = Path.of("target", "examples-it");
    private static final Pattern NAMED = Pattern.compile("sidecar\\.tokens\\.([^.]+)\\..*");
    /** A key or variable that says where the server is. */
    private static final Pattern SERVER =
            Pattern.compile("(?i).*(authorization.server.issuer|token.endpoint|refresh.endpoint.url)");

    /** A grant and a provider without requests. */
    private static final Set<String> WITHOUT_SERVER = Set.of("self_signed", "snowflake");

    private static final Pattern HOST = Pattern.compile("^https://[^/]+(/$)?");
    private static final String ISSUER = "sidecar.token.authorization-server.issuer";
    private static final String WITHOUT_OAUTH = ".refresh-endpoint.";

    private final CertificateAuthority authority;
    private final ExampleFiles files;
    private final PermissiveServer server;

    ExamplesIT(@TempDir Path directory) throws Exception {
        authority = CertificateAuthority.make(directory, "authority");
        files = new ExampleFiles(authority.pem(), authority.issue("client", "RSA"));
        server = new PermissiveServer(authority.issue("server"), responseMembers());
    }

    @AfterAll
    void close() {
        server.close();
    }

    /** The API server of a cluster is part of another suite. */
    static List<DocumentedExample> examples() {
        return DocumentedExample.all().stream()
                .filter(example -> !example.properties().containsKey("sidecar.token.store.kubernetes.secret"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void theSidecarObtainsTheTokensOfTheExample(
            DocumentedExample example, @TempDir Path forFile, @TempDir Path forVariables) throws Exception {
        ExampleFiles.writeProperties(forFile, withTestServer(files.relocate(forFile, example.properties())));
        Map<String, String> variables = withTestServer(files.relocate(forVariables, example.variables()));
        try (SidecarProcess fromFile = start(forFile, Map.of());
                SidecarProcess fromVariables = start(forVariables, variables)) {
            assertServes(fromFile, names(example));
            assertServes(fromVariables, names(example));
        }
    }

    private SidecarProcess start(Path directory, Map<String, String> variables) {
        Map<String, String> all = new HashMap<>(variables);
        all.put("QUARKUS_TLS_TRUST_STORE_PEM_CERTS", authority.pem().toString());
        return SidecarProcess.startIn(directory, all, LOGS.resolve(directory.getFileName() + ".log"));
    }

    private static void assertServes(SidecarProcess sidecar, Set<String> names) throws InterruptedException {
        sidecar.awaitStarted();

        assertThat(sidecar.statuses())
                .extracting(status -> status.getString("name"))
                .containsExactlyInAnyOrderElementsOf(names);
        assertThat(sidecar.statuses()).allMatch(status -> status.getLong("generation") > 0);
        assertThat(sidecar.log()).doesNotContain("violation", " ERROR ", "cannot be read", "unreadable");
    }

    private static Set<String> names(DocumentedExample example) {
        return example.properties().keySet().stream()
                .filter(key -> key.startsWith("sidecar.token"))
                .map(key -> NAMED.matcher(key).replaceFirst("$1"))
                .map(name -> name.startsWith("sidecar.") ? "default" : name)
                .collect(Collectors.toSet());
    }

    /** Replaces the hosts of the example, and those of provider presets, with the test server. */
    private Map<String, String> withTestServer(Map<String, String> example) {
        String server = "https://" + this.server.authority();
        Map<String, String> redirected = new HashMap<>(example);
        redirected.replaceAll((key, value) -> HOST.matcher(value).replaceFirst(server));
        boolean named =
                redirected.keySet().stream().anyMatch(key -> SERVER.matcher(key).matches());
        if (!named && redirected.values().stream().noneMatch(WITHOUT_SERVER::contains)) {
            boolean variables = redirected.keySet().stream().anyMatch(key -> key.startsWith("SIDECAR_"));
            redirected.put(variables ? "SIDECAR_TOKEN_AUTHORIZATION_SERVER_ISSUER" : ISSUER, server);
        }
        return redirected;
    }

    /** The members that examples without OAuth read from the response, or the preset of their provider. */
    private static JsonObject responseMembers() {
        JsonObject responseMembers = new JsonObject().put("token", "of-an-installation");
        examples().stream()
                .flatMap(example -> example.properties().entrySet().stream())
                .filter(line -> line.getKey().contains(WITHOUT_OAUTH)
                        && line.getValue().startsWith("/")
                        && !line.getKey().endsWith(".message"))
                .forEach(line -> putNested(
                        responseMembers, List.of(line.getValue().substring(1).split("/"))));
        return responseMembers;
    }

    private static void putNested(JsonObject responseMembers, List<String> place) {
        JsonObject at = responseMembers;
        for (String name : place.subList(0, place.size() - 1)) {
            if (!at.containsKey(name)) {
                at.put(name, new JsonObject());
            }
            at = at.getJsonObject(name);
        }
        at.put(place.getLast(), "600");
    }
}
