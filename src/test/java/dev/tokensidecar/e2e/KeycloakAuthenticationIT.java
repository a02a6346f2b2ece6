package dev.tokensidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.crypto.SigningKey;
import dev.tokensidecar.testing.process.SidecarProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Each way in which a client can show Keycloak who it is. */
@ExtendWith(KeycloakServer.Shared.class)
class KeycloakAuthenticationIT {

    private static final String KEY_CLIENT = "sidecar-jwt";

    private final KeycloakServer server;
    private final KeycloakTestBed scene;

    KeycloakAuthenticationIT(KeycloakServer server, @TempDir Path directory, TestInfo test) throws IOException {
        this.server = server;
        scene = new KeycloakTestBed(server, directory, test);
    }

    @AfterEach
    void leave() {
        scene.close();
    }

    @Test
    void clientIsKnownByASecretInTheBody() throws Exception {
        scene.useSession(scene.keycloak().logIn(KeycloakClient.confidential(), "openid"));
        scene.set("SIDECAR_TOKEN_CLIENT_AUTHENTICATION_METHOD", "client_secret_post");

        var unused = Expectations.renewals(scene);
    }

    @Test
    void wrongSecretInTheBodyIsAMatterOfConfiguration() throws Exception {
        scene.useSession(scene.keycloak().logIn(KeycloakClient.confidential(), "openid"));
        scene.set("SIDECAR_TOKEN_CLIENT_AUTHENTICATION_METHOD", "client_secret_post");
        scene.useClient(KeycloakClient.CLIENT_ID, "another-secret");

        Expectations.misconfiguration(scene, "unauthorized_client");
    }

    @Test
    void clientIsKnownByASecretThatSigns() throws Exception {
        useSigningSecret("a-secret-that-signs-has-32-bytes");

        var unused = Expectations.renewals(scene);
    }

    @Test
    void wrongSecretThatSignsIsAMatterOfConfiguration() throws Exception {
        useSigningSecret("another-secret-that-has-32-bytes");

        Expectations.misconfiguration(scene, "unauthorized_client");
    }

    @Test
    void clientIsKnownByAKeyThatSignsEachRequestAnew() throws Exception {
        useKey(server.clientKey());

        var unused = Expectations.renewals(scene);

        List<String> requests = scene.proxy().posted();
        assertThat(requests).hasSizeGreaterThan(3).allMatch(body -> body.contains("grant_type=refresh_token"));
        assertThat(scene.posted()).hasSize(2 * requests.size()).doesNotHaveDuplicates();
    }

    @Test
    void wrongKeyIsAMatterOfConfiguration() throws Exception {
        useKey(SigningKey.make("client"));

        Expectations.misconfiguration(scene, "invalid_client");
    }

    /** The sidecar makes a new one each time; this one is somebody else's, and not replaced. */
    @Test
    void assertionThatWasUsedBeforeIsAMatterOfConfiguration() throws Exception {
        scene.useAssertion(assertion());
        scene.set("SIDECAR_TOKEN_GRANT_TYPE", "client_credentials");
        scene.renewOnEachReport();
        try (SidecarProcess sidecar = scene.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitStarted();
            JsonObject token = callers.token("/token");

            Expectations.misconfiguration(callers.ask(Callers.rejectedPath(token)), "Token reuse detected");
        }
    }

    private String assertion() {
        return server.clientKey().sign(KEY_CLIENT, KEY_CLIENT, server.issuer());
    }

    private void useSigningSecret(String secret) throws IOException {
        scene.useClient("sidecar-secret-jwt", secret);
        scene.set("SIDECAR_TOKEN_CLIENT_AUTHENTICATION_METHOD", "client_secret_jwt");
        scene.set("SIDECAR_TOKEN_CLIENT_ASSERTION_AUDIENCE", server.issuer());
        scene.set("SIDECAR_TOKEN_GRANT_TYPE", "client_credentials");
    }

    private void useKey(SigningKey key) throws Exception {
        scene.useSession(scene.keycloak().logIn(KeycloakClient.assertion(assertion()), "openid"));
        scene.useKey(KEY_CLIENT, key, server.issuer());
    }
}
