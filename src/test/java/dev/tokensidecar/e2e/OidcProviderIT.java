package dev.tokensidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.crypto.SigningKey;
import dev.tokensidecar.testing.process.SidecarProcess;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The life of a session at a server that is not Keycloak: other words, the same rules. */
@ExtendWith(OidcProviderServer.Shared.class)
class OidcProviderIT {

    private final OidcProviderServer server;
    private final ServerTestBed scene;
    private final OidcProviderClient client;

    OidcProviderIT(OidcProviderServer server, @TempDir Path directory, TestInfo test) {
        this.server = server;
        scene = new ServerTestBed(server.uri(), OidcProviderClient.TOKEN_ENDPOINT, directory, test);
        client = new OidcProviderClient(server.uri());
    }

    @AfterEach
    void leave() {
        client.close();
        scene.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"client_secret_basic", "client_secret_post", "private_key_jwt", "none"})
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
            Expectations.noCredentials(scene, sidecar);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"client_secret_basic", "client_secret_post"})
    void wrongClientSecretIsAMatterOfConfiguration(String method) throws Exception {
        useSession(method);
        scene.useClient(method, "another-secret");

        Expectations.misconfiguration(scene, "invalid_client");
    }

    @Test
    void anotherKeyIsAMatterOfConfiguration() throws Exception {
        useSession("private_key_jwt");
        scene.useKey("private_key_jwt", SigningKey.make("client"), server.uri().toString());

        Expectations.misconfiguration(scene, "invalid_client");
    }

    @Test
    void twoTokensOnOneSessionAreForTheirOwnResources() throws Exception {
        useSession("none");
        scene.renewOnEachReport();
        scene.addSecondToken();
        scene.set("SIDECAR_TOKEN_GRANT_RESOURCE", "urn:orders");
        scene.set(ServerTestBed.SECOND_TOKEN + "GRANT_RESOURCE", "urn:invoices");
        try (SidecarProcess sidecar = scene.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitStarted();

            List<JsonObject> tokens = callers.tokensAfterRenewals(10, List.of("/token", "/tokens/second"));

            assertThat(tokens)
                    .extracting(token -> Callers.claims(token).getString("aud"))
                    .containsExactly("urn:orders", "urn:invoices");
        }
    }

    private void useSession(String method) throws Exception {
        scene.useRefreshToken(client.newSession(method));
        switch (method) {
            case "none" -> scene.usePublicClient(method);
            case "private_key_jwt" ->
                scene.useKey(method, server.clientKey(), server.uri().toString());
            default -> {
                scene.useClient(method, OidcProviderClient.CLIENT_SECRET);
                scene.set("SIDECAR_TOKEN_CLIENT_AUTHENTICATION_METHOD", method);
            }
        }
    }
}
