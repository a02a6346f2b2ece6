package dev.tokensidecar.e2e;

import dev.tokensidecar.testing.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A Keycloak with the realm {@code sidecar}: access tokens live 10 s, and a refresh token is good for one use.
 *
 * <p>It runs in development mode with a database in memory, so each start is a fresh one.
 */
final class KeycloakServer implements AutoCloseable {

    static final String ADMIN = "admin";

    private static final Path REALM = Path.of("src/test/resources/keycloak/sidecar-realm.json");
    private static final Path LOG = Path.of("target/keycloak.log");
    /** The first start of an unpacked distribution also builds it: 30 s on an idle machine, far more on a busy one. */
    private static final Duration START = Duration.ofMinutes(3);

    private final URI uri;
    private final ChildProcess process;

    private KeycloakServer(URI uri, ChildProcess process) {
        this.uri = uri;
        this.process = process;
    }

    /** Starts the Keycloak in the directory that the system property {@code keycloak.home} names and waits for it. */
    static KeycloakServer start() {
        Path home = Path.of(System.getProperty("keycloak.home"));
        URI uri = URI.create("http://127.0.0.1:" + ChildProcess.freePort());
        importRealm(home.resolve("data/import"));
        ChildProcess process = ChildProcess.start(command(home, uri), environment(), LOG);
        try {
            process.awaitStatus(200, uri.resolve("/realms/sidecar/.well-known/openid-configuration"), START);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new KeycloakServer(uri, process);
    }

    /** Where it listens. */
    URI uri() {
        return uri;
    }

    @Override
    public void close() {
        process.close();
    }

    /** The fixed host name keeps the issuer the same for requests that come by way of a proxy. */
    private static List<String> command(Path home, URI uri) {
        return List.of(
                home.resolve("bin/kc.sh").toString(),
                "start-dev",
                "--db=dev-mem",
                "--import-realm",
                "--http-host=127.0.0.1",
                "--http-port=" + uri.getPort(),
                "--hostname=" + uri);
    }

    private static Map<String, String> environment() {
        return Map.of(
                "JAVA_HOME",
                System.getProperty("java.home"),
                "JAVA_OPTS_KC_HEAP",
                "-Xms64m -Xmx512m",
                "JAVA_OPTS_APPEND",
                "-XX:TieredStopAtLevel=1",
                "KC_BOOTSTRAP_ADMIN_USERNAME",
                ADMIN,
                "KC_BOOTSTRAP_ADMIN_PASSWORD",
                ADMIN);
    }

    private static void importRealm(Path directory) {
        try {
            Files.createDirectories(directory);
            Files.copy(REALM, directory.resolve(REALM.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives the tests one Keycloak for the whole run, stopped when the run is over. */
    static final class Shared implements ParameterResolver {

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == KeycloakServer.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(Namespace.create(Shared.class))
                    .computeIfAbsent(KeycloakServer.class, type -> start());
        }
    }
}
