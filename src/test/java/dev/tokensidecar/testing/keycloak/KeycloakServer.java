package dev.tokensidecar.testing.keycloak;

import dev.tokensidecar.testing.crypto.SigningKey;
import dev.tokensidecar.testing.process.ChildProcess;
import dev.tokensidecar.testing.server.ServiceAccountIssuer;
import io.vertx.core.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A Keycloak with the realm {@code sidecar}: access tokens have a lifetime of 10 s, and a refresh token can be used once.
 *
 * <p>It runs in development mode with an in-memory database, so each start is a fresh one.
 */
public final class KeycloakServer implements AutoCloseable {

    static final String ADMIN = "admin";

    /** The path of the realm. */
    static final String REALM = "/realms/sidecar";

    private static final Path REALM_FILE = Path.of("src/test/resources/keycloak/sidecar-realm.json");
    private static final Path LOG = Path.of("target/keycloak.log");
    /** The first start of an unpacked distribution also builds it: 30 s on an idle machine, far more on a busy one. */
    private static final Duration START = Duration.ofMinutes(3);

    private final URI uri;
    private final SigningKey clientKey = SigningKey.make("client");
    private final ServiceAccountIssuer serviceAccounts = new ServiceAccountIssuer();
    private final ServiceAccountIssuer partner = new ServiceAccountIssuer();
    private final ChildProcess process;

    private KeycloakServer(Path home) {
        uri = URI.create("http://127.0.0.1:" + ChildProcess.freePort());
        importRealm(home.resolve("data/import"));
        process = ChildProcess.start(command(home, uri), environment(), LOG);
    }

    /** Starts the Keycloak in the directory of the system property {@code keycloak.home} and waits until it is ready. */
    public static KeycloakServer start() {
        KeycloakServer server = new KeycloakServer(Path.of(System.getProperty("keycloak.home")));
        try {
            server.process.awaitStatus(200, server.uri.resolve(REALM + "/.well-known/openid-configuration"), START);
        } catch (IllegalStateException e) {
            server.close();
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return server;
    }

    /** Returns its address. */
    public URI uri() {
        return uri;
    }

    /** Returns its issuer identifier. */
    public String issuer() {
        return uri.resolve(REALM).toString();
    }

    /** Returns the key of the client {@code sidecar-jwt}. */
    public SigningKey clientKey() {
        return clientKey;
    }

    /** Returns the cluster whose ServiceAccounts may be clients. */
    public ServiceAccountIssuer serviceAccounts() {
        return serviceAccounts;
    }

    /** Returns an assertion about the user from an issuer that the realm trusts (RFC 7523 section 2.1). */
    public String assertion() {
        return partner.token("partner", KeycloakClient.USER, issuer());
    }

    /** Returns the issuer that the realm trusts, which signs those assertions. */
    public ServiceAccountIssuer partner() {
        return partner;
    }

    @Override
    public void close() {
        process.close();
        serviceAccounts.close();
        partner.close();
    }

    /** A fixed host name keeps the issuer the same for requests through a proxy. */
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

    /** Imports the realm file with the keys and addresses of this run. */
    private void importRealm(Path directory) {
        try {
            Files.createDirectories(directory);
            String realm = Files.readString(REALM_FILE)
                    .replace("\"@client-keys@\"", Json.encode(clientKey.publicKeys()))
                    .replace("@service-account-issuer@", serviceAccounts.uri().toString())
                    .replace("@partner-issuer@", partner.uri().toString());
            Files.writeString(directory.resolve(REALM_FILE.getFileName()), realm);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
