package dev.tokensidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.SidecarProcess;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The life of a session at a server that is not Keycloak: other words, the same rules. */
@ExtendWith(OidcProviderServer.Shared.class)
class OidcProviderIT {

    private final Scene scene;
    private final OidcProviderClient client;

    OidcProviderIT(OidcProviderServer server, @TempDir Path directory, TestInfo test) {
        scene = new Scene(server.uri(), OidcProviderClient.TOKEN_ENDPOINT, directory, test);
        client = new OidcProviderClient(server.uri());
    }

    @AfterEach
    void leave() {
        client.close();
        scene.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"client_secret_basic", "client_secret_post"})
    void sessionRotatesAndGoesOnAfterARestart(String method) throws Exception {
        useSession(method);
        scene.renewOnEachReport();
        JsonObject last;
        try (SidecarProcess sidecar = scene.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitStarted();
            last = callers.tokenAfterRenewals(3, callers.token("/token"));
            assertThat(sidecar.stop()).isZero();
        }

        try (SidecarProcess sidecar = scene.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitStarted();
            JsonObject next = callers.tokenAfterRenewals(1, callers.token("/token"));

            assertThat(next.getString("access_token")).isNotEqualTo(last.getString("access_token"));
            assertThat(next.getString("scope")).isEqualTo("api:read");
            assertThat(scene.proxy().posted()).hasSizeGreaterThan(5).doesNotHaveDuplicates();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"client_secret_basic", "client_secret_post"})
    void wrongClientSecretIsAMatterOfConfiguration(String method) throws Exception {
        useSession(method);
        scene.useClient(method, "wrong");
        try (SidecarProcess sidecar = scene.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitLive();

            HttpResponse<String> answer = callers.ask("/token");

            Callers.assertProblem(answer, 500, "configuration", "fix-configuration");
        }
    }

    private void useSession(String method) throws Exception {
        scene.useClient(method, OidcProviderClient.CLIENT_SECRET);
        scene.set("SIDECAR_TOKEN_CLIENT_AUTHENTICATION_METHOD", method);
        scene.useRefreshToken(client.newSession(method));
    }
}
