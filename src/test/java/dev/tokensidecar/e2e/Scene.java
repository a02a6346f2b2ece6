package dev.tokensidecar.e2e;

import dev.tokensidecar.testing.CountingProxy;
import dev.tokensidecar.testing.SidecarProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.TestInfo;

/** Keycloak, a counted way there, and the settings and files of a sidecar that is going to use it. */
final class Scene implements AutoCloseable {

    private final Path directory;
    private final Path log;
    private final Map<String, String> settings = new HashMap<>();
    private final CountingProxy proxy;
    private final KeycloakClient keycloak;

    /**
     * Sets the scene for the confidential client.
     *
     * @param directory keeps the files of the sidecar
     * @param test names the log of the sidecar
     */
    Scene(KeycloakServer server, Path directory, TestInfo test) throws IOException {
        this.directory = directory;
        log = Path.of("target", test.getTestMethod().orElseThrow().getName() + ".log");
        proxy = new CountingProxy(server.uri());
        keycloak = new KeycloakClient(server.uri());
        set(
                "SIDECAR_TOKEN_AUTHORIZATION_SERVER_TOKEN_ENDPOINT",
                proxy.uri(KeycloakClient.TOKEN_ENDPOINT).toString());
        set("SIDECAR_TOKEN_CLIENT_ID", KeycloakClient.CLIENT_ID);
        setFile("SIDECAR_TOKEN_CLIENT_SECRET_FILE", "client-secret", KeycloakClient.CLIENT_SECRET);
    }

    /** Gives the sidecar the refresh token of this session, and a place to keep the ones that follow. */
    void useSession(JsonObject session) throws IOException {
        setFile("SIDECAR_TOKEN_STORE_REFRESH_TOKEN_FILE", "seed", session.getString("refresh_token"));
        set("SIDECAR_TOKEN_STORE_FILE", stored().toString());
    }

    /** The file in which the sidecar keeps its refresh token. */
    Path stored() {
        return directory.resolve("refresh-token");
    }

    /** Makes the sidecar a public client: one without a secret. */
    void usePublicClient() {
        set("SIDECAR_TOKEN_CLIENT_ID", KeycloakClient.PUBLIC_CLIENT_ID);
        set("SIDECAR_TOKEN_CLIENT_AUTHENTICATION_METHOD", "none");
        settings.remove("SIDECAR_TOKEN_CLIENT_SECRET_FILE");
    }

    /** Lets each report of a rejected token renew it. By default they are damped, and the tests would take minutes. */
    void renewOnEachReport() {
        set("SIDECAR_TOKEN_REFRESH_REJECTED_INTERVAL", "0s");
        set("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "0s");
    }

    void set(String variable, String value) {
        settings.put(variable, value);
    }

    /** Sets a variable to the path of a file with this content. */
    void setFile(String variable, String name, String content) throws IOException {
        set(variable, Files.writeString(directory.resolve(name), content).toString());
    }

    SidecarProcess start() {
        return SidecarProcess.start(settings, log);
    }

    CountingProxy proxy() {
        return proxy;
    }

    KeycloakClient keycloak() {
        return keycloak;
    }

    @Override
    public void close() {
        keycloak.close();
        proxy.close();
    }
}
