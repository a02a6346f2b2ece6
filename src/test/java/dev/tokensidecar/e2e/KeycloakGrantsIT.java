package dev.tokensidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.crypto.JwtClaims;
import dev.tokensidecar.testing.keycloak.KeycloakClient;
import dev.tokensidecar.testing.keycloak.KeycloakServer;
import dev.tokensidecar.testing.process.SidecarProcess;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The grants that obtain the first token, with a real Keycloak. */
@ExtendWith(SharedKeycloak.class)
class KeycloakGrantsIT {

    private static final Map<String, String> PUBLIC = Map.of("client_id", KeycloakClient.PUBLIC_CLIENT_ID);
    private static final String ASSERTION = "SIDECAR_TOKEN_GRANT_ASSERTION_FILE";
    private static final String SUBJECT_TOKEN = "SIDECAR_TOKEN_GRANT_SUBJECT_TOKEN_FILE";

    private final KeycloakServer server;
    private final KeycloakTestBed testBed;

    KeycloakGrantsIT(KeycloakServer server, @TempDir Path directory, TestInfo test) throws Exception {
        this.server = server;
        testBed = new KeycloakTestBed(server, directory, test);
        testBed.renewOnEachReport();
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    private void useSubjectToken() throws Exception {
        JsonObject user = testBed.keycloak().logIn(PUBLIC, "openid");
        testBed.setFile(SUBJECT_TOKEN, "subject-token", user.getString("access_token"));
    }

    private void useTokenExchange() throws Exception {
        testBed.set("SIDECAR_TOKEN_GRANT_TYPE", "token_exchange");
        testBed.set("SIDECAR_TOKEN_GRANT_SUBJECT_TOKEN_TYPE", "urn:ietf:params:oauth:token-type:access_token");
        testBed.set("SIDECAR_TOKEN_GRANT_AUDIENCE", "target-api");
        useSubjectToken();
    }

    private void useDeviceCode() {
        testBed.usePublicClient(KeycloakClient.PUBLIC_CLIENT_ID);
        testBed.set("SIDECAR_TOKEN_GRANT_TYPE", "device_code");
        testBed.set("SIDECAR_TOKEN_GRANT_SCOPE", "offline_access");
        testBed.set(
                "SIDECAR_TOKEN_AUTHORIZATION_SERVER_DEVICE_AUTHORIZATION_ENDPOINT",
                server.uri()
                        .resolve("/realms/sidecar/protocol/openid-connect/auth/device")
                        .toString());
        testBed.set("SIDECAR_TOKEN_STORE_FILE", testBed.storeFile().toString());
    }

    @Test
    void aReplacedSubjectTokenIsExchangedWithoutARestart() throws Exception {
        useTokenExchange();
        try (SidecarProcess sidecar = testBed.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitStarted();
            JsonObject first = callers.token("/token");
            useSubjectToken();
            JsonObject second = callers.tokenInsteadOf(first);

            assertThat(KeycloakClient.audience(second)).contains("target-api");
            assertThat(testBed.proxy().posted()).doesNotHaveDuplicates();
            Expectations.noCredentials(testBed, sidecar);
        }
    }

    @Test
    void anInvalidSubjectTokenIsAConfigurationError() throws Exception {
        useTokenExchange();
        testBed.setFile(SUBJECT_TOKEN, "subject-token", "no-token");

        Expectations.misconfiguration(testBed, "invalid_request");
    }

    /** Standard token exchange: the client exchanges a token that names it as an audience, for one of another API. */
    @Test
    void theTokenOfAUserIsExchangedOnceForTheNextApi() throws Exception {
        testBed.set("SIDECAR_TOKEN_GRANT_TYPE", "client_credentials");
        testBed.addExchange(KeycloakClient.TOKEN_ENDPOINT, KeycloakClient.CLIENT_ID, KeycloakClient.CLIENT_SECRET);
        testBed.set(ServerTestBed.EXCHANGE + "GRANT_AUDIENCE", "target-api");
        String alice = testBed.keycloak().logIn(PUBLIC, "openid").getString("access_token");
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            JsonObject first =
                    new JsonObject(OnBehalfCall.exchange(sidecar, alice).body());
            JsonObject second =
                    new JsonObject(OnBehalfCall.exchange(sidecar, alice).body());

            assertThat(KeycloakClient.audience(first)).contains("target-api");
            assertThat(subject(first.getString("access_token"))).isEqualTo(subject(alice));
            assertThat(second.getString("access_token")).isEqualTo(first.getString("access_token"));
            assertThat(testBed.exchanges()).isEqualTo(1);

            HttpResponse<String> rejected = OnBehalfCall.exchange(sidecar, "no-token");
            assertThat(rejected.statusCode()).isEqualTo(400);
            assertThat(new JsonObject(rejected.body()).getString("error")).isEqualTo("invalid_request");
            Expectations.noCredentials(testBed, sidecar);
        }
    }

    private static String subject(String jwt) {
        return JwtClaims.of(jwt).getString("sub");
    }

    /** Keycloak accepts an assertion once, so its issuer has to renew the file, and the sidecar has to read it again. */
    @Test
    void anAssertionObtainsATokenAndIsReadAgainEachTime() throws Exception {
        testBed.set("SIDECAR_TOKEN_GRANT_TYPE", "jwt_bearer");
        testBed.setFile(ASSERTION, "assertion", server.assertion());
        try (SidecarProcess sidecar = testBed.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitStarted();
            JsonObject first = callers.token("/token");
            testBed.setFile(ASSERTION, "assertion", server.assertion());
            JsonObject second = callers.tokenInsteadOf(first);

            assertThat(testBed.keycloak().isActive(second.getString("access_token")))
                    .isTrue();
            Expectations.misconfiguration(callers.ask(Callers.rejectedPath(second)), "Token reuse detected");
            Expectations.noCredentials(testBed, sidecar);
        }
    }

    /** Keycloak finds the public key at the issuer that the sidecar signs for. */
    @Test
    void aSelfSignedAssertionObtainsATokenEachTime() throws Exception {
        String group = "SIDECAR_TOKEN_GRANT_ASSERTION_";
        testBed.set("SIDECAR_TOKEN_GRANT_TYPE", "jwt_bearer");
        testBed.setFile(group + "KEY_FILE", "assertion-key", server.partner().privateKey());
        testBed.set(group + "ISSUER", server.partner().uri().toString());
        testBed.set(group + "SUBJECT", JwtClaims.of(server.assertion()).getString("sub"));
        testBed.set(group + "AUDIENCE", server.issuer());
        try (SidecarProcess sidecar = testBed.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitStarted();
            JsonObject first = callers.token("/token");
            JsonObject second = callers.tokenInsteadOf(first);

            assertThat(testBed.keycloak().isActive(second.getString("access_token")))
                    .isTrue();
            Expectations.noCredentials(testBed, sidecar);
        }
    }

    @Test
    void aSelfSignedAssertionForAnotherServerIsAConfigurationError() throws Exception {
        String group = "SIDECAR_TOKEN_GRANT_ASSERTION_";
        testBed.set("SIDECAR_TOKEN_GRANT_TYPE", "jwt_bearer");
        testBed.setFile(group + "KEY_FILE", "assertion-key", server.partner().privateKey());
        testBed.set(group + "ISSUER", server.partner().uri().toString());
        testBed.set(group + "SUBJECT", JwtClaims.of(server.assertion()).getString("sub"));
        testBed.set(group + "AUDIENCE", "https://other.example");

        Expectations.misconfiguration(testBed, "invalid_grant");
    }

    @Test
    void anApprovedDeviceGetsASessionThatSurvivesARestart() throws Exception {
        useDeviceCode();
        JsonObject token;
        try (SidecarProcess sidecar = testBed.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitLive();
            sidecar.awaitStatus("a code", status -> status.getJsonObject("login") != null);
            JsonObject login = sidecar.status().getJsonObject("login");
            HttpResponse<String> before = callers.ask("/token");
            Callers.assertProblem(before, 410, "reauthentication_required", "reauthenticate");
            assertThat(before.body()).contains(login.getString("user_code"));
            sidecar.awaitLog("login required token=default open=" + login.getString("verification_uri"));

            KeycloakApproval.approve(URI.create(login.getString("verification_uri_complete")));
            sidecar.awaitStarted();
            token = callers.token("/token");
            assertThat(token.getString("scope")).contains("offline_access");
            assertThat(sidecar.status().getJsonObject("login")).isNull();
        }

        try (SidecarProcess sidecar = testBed.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitStarted();

            assertThat(callers.token("/token")).isNotEqualTo(token);
        }
    }

    @Test
    void thePasswordOpensASessionAndAnotherAfterItsEnd() throws Exception {
        testBed.set("SIDECAR_TOKEN_GRANT_TYPE", "password");
        testBed.set("SIDECAR_TOKEN_GRANT_USERNAME", KeycloakClient.USER);
        testBed.setFile("SIDECAR_TOKEN_GRANT_PASSWORD_FILE", "password", KeycloakClient.USER);
        try (SidecarProcess sidecar = testBed.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitStarted();
            sidecar.awaitLog("RFC 9700 section 2.4 forbids it");
            JsonObject first = callers.token("/token");
            testBed.keycloak().logOut();
            JsonObject second = callers.tokenInsteadOf(first);

            assertThat(testBed.keycloak().isActive(second.getString("access_token")))
                    .isTrue();
            assertThat(testBed.proxy().posted())
                    .extracting(form -> form.contains("grant_type=password"))
                    .containsExactly(true, false, true);
        }
    }

    @Test
    void aWrongPasswordIsNotRetriedQuickly() throws Exception {
        testBed.set("SIDECAR_TOKEN_GRANT_TYPE", "password");
        testBed.set("SIDECAR_TOKEN_GRANT_USERNAME", KeycloakClient.USER);
        testBed.setFile("SIDECAR_TOKEN_GRANT_PASSWORD_FILE", "password", "wrong");
        try (SidecarProcess sidecar = testBed.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitLive();
            sidecar.awaitState("dead");

            Callers.assertProblem(callers.ask("/token"), 410, "reauthentication_required", "reauthenticate");
            assertThat(testBed.proxy().posted()).hasSize(1);
        }
    }
}
