package dev.tokensidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.crypto.SigningKey;
import dev.tokensidecar.testing.keycloak.KeycloakClient;
import dev.tokensidecar.testing.keycloak.KeycloakServer;
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

/** Each client authentication method with Keycloak. */
@ExtendWith(SharedKeycloak.class)
class KeycloakAuthenticationIT {

    private static final String KEY_CLIENT = "sidecar-jwt";

    private final KeycloakServer server;
    private final KeycloakTestBed testBed;

    KeycloakAuthenticationIT(KeycloakServer server, @TempDir Path directory, TestInfo test) throws IOException {
        this.server = server;
        testBed = new KeycloakTestBed(server, directory, test);
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    @Test
    void aSecretInTheBodyAuthenticates() throws Exception {
        testBed.useSession(testBed.keycloak().logIn(KeycloakClient.confidential(), "openid"));
        testBed.set("SIDECAR_TOKEN_CLIENT_AUTHENTICATION_METHOD", "client_secret_post");

        var unused = Expectations.renewals(testBed);
    }

    @Test
    void aWrongSecretInTheBodyIsAConfigurationError() throws Exception {
        testBed.useSession(testBed.keycloak().logIn(KeycloakClient.confidential(), "openid"));
        testBed.set("SIDECAR_TOKEN_CLIENT_AUTHENTICATION_METHOD", "client_secret_post");
        testBed.useClient(KeycloakClient.CLIENT_ID, "another-secret");

        Expectations.misconfiguration(testBed, "unauthorized_client");
    }

    @Test
    void anAssertionSignedWithTheSecretAuthenticates() throws Exception {
        useSigningSecret("a-secret-that-signs-has-32-bytes");

        var unused = Expectations.renewals(testBed);
    }

    @Test
    void anAssertionSignedWithAWrongSecretIsAConfigurationError() throws Exception {
        useSigningSecret("another-secret-that-has-32-bytes");

        Expectations.misconfiguration(testBed, "unauthorized_client");
    }

    @Test
    void aNewAssertionSignedWithTheKeyAuthenticatesEachRequest() throws Exception {
        useKey(server.clientKey());

        var unused = Expectations.renewals(testBed);

        List<String> requests = testBed.proxy().posted();
        assertThat(requests).hasSizeGreaterThan(3).allMatch(body -> body.contains("grant_type=refresh_token"));
        assertThat(testBed.posted()).hasSize(2 * requests.size()).doesNotHaveDuplicates();
    }

    @Test
    void aWrongKeyIsAConfigurationError() throws Exception {
        useKey(SigningKey.make("client"));

        Expectations.misconfiguration(testBed, "invalid_client");
    }

    /** The sidecar signs a new assertion for each request; this one is issued by others and not replaced. */
    @Test
    void aReusedAssertionIsAConfigurationError() throws Exception {
        testBed.useAssertion(assertion());
        testBed.set("SIDECAR_TOKEN_GRANT_TYPE", "client_credentials");
        testBed.renewOnEachReport();
        try (SidecarProcess sidecar = testBed.start();
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
        testBed.useClient("sidecar-secret-jwt", secret);
        testBed.set("SIDECAR_TOKEN_CLIENT_AUTHENTICATION_METHOD", "client_secret_jwt");
        testBed.set("SIDECAR_TOKEN_CLIENT_ASSERTION_AUDIENCE", server.issuer());
        testBed.set("SIDECAR_TOKEN_GRANT_TYPE", "client_credentials");
    }

    private void useKey(SigningKey key) throws Exception {
        testBed.useSession(testBed.keycloak().logIn(KeycloakClient.assertion(assertion()), "openid"));
        testBed.useKey(KEY_CLIENT, key, server.issuer());
    }
}
