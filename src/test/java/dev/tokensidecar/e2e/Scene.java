package dev.tokensidecar.e2e;

import dev.tokensidecar.testing.CountingProxy;
import dev.tokensidecar.testing.SidecarProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.TestInfo;

/** A counted way to an authorization server, and the settings and files of a sidecar that is going to use it. */
class Scene implements AutoCloseable {

    private final Path directory;
    private final Path log;
    private final Map<String, String> settings = new HashMap<>();
    private final CountingProxy proxy;

    /**
     * Sets the scene for a client that is still to be named.
     *
     * @param server the authorization server
     * @param tokenEndpoint a path there
     * @param directory keeps the files of the sidecar
     * @param test names the log of the sidecar
     */
    Scene(URI server, String tokenEndpoint, Path directory, TestInfo test) {
        this.directory = directory;
        log = Path.of("target", test.getTestMethod().orElseThrow().getName() + ".log");
        proxy = new CountingProxy(server);
        set(
                "SIDECAR_TOKEN_AUTHORIZATION_SERVER_TOKEN_ENDPOINT",
                proxy.uri(tokenEndpoint).toString());
    }

    /** Makes the sidecar a confidential client. */
    final void useClient(String id, String secret) throws IOException {
        set("SIDECAR_TOKEN_CLIENT_ID", id);
        setFile("SIDECAR_TOKEN_CLIENT_SECRET_FILE", "client-secret", secret);
    }

    /** Makes the sidecar a public client: one without a secret. */
    final void usePublicClient(String id) {
        set("SIDECAR_TOKEN_CLIENT_ID", id);
        set("SIDECAR_TOKEN_CLIENT_AUTHENTICATION_METHOD", "none");
        settings.remove("SIDECAR_TOKEN_CLIENT_SECRET_FILE");
    }

    /** Gives the sidecar the refresh token of a session, and a place to keep the ones that follow. */
    final void useRefreshToken(String refreshToken) throws IOException {
        setFile("SIDECAR_TOKEN_STORE_REFRESH_TOKEN_FILE", "seed", refreshToken);
        set("SIDECAR_TOKEN_STORE_FILE", stored().toString());
    }

    /** The file in which the sidecar keeps its refresh token. */
    final Path stored() {
        return directory.resolve("refresh-token");
    }

    /** Lets each report of a rejected token renew it. By default they are damped, and the tests would take minutes. */
    final void renewOnEachReport() {
        set("SIDECAR_TOKEN_REFRESH_REJECTED_INTERVAL", "0s");
        set("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "0s");
    }

    final void set(String variable, String value) {
        settings.put(variable, value);
    }

    /** Sets a variable to the path of a file with this content. */
    final void setFile(String variable, String name, String content) throws IOException {
        set(variable, Files.writeString(directory.resolve(name), content).toString());
    }

    final SidecarProcess start() {
        return SidecarProcess.start(settings, log);
    }

    final CountingProxy proxy() {
        return proxy;
    }

    @Override
    public void close() {
        proxy.close();
    }
}
