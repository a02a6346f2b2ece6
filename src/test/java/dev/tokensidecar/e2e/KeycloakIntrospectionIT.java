package dev.tokensidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.crypto.JwtClaims;
import dev.tokensidecar.testing.keycloak.KeycloakClient;
import dev.tokensidecar.testing.keycloak.KeycloakServer;
import dev.tokensidecar.testing.process.SidecarProcess;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of a real Keycloak come in: by its keys, and by its introspection endpoint. */
@ExtendWith(SharedKeycloak.class)
class KeycloakIntrospectionIT {

    private static final Map<String, String> PUBLIC = Map.of("client_id", KeycloakClient.PUBLIC_CLIENT_ID);
    private static final String SHOP = "SIDECAR_INTROSPECTION_SHOP_";

    private final KeycloakTestBed testBed;

    KeycloakIntrospectionIT(KeycloakServer server, @TempDir Path directory, TestInfo test) throws Exception {
        testBed = new KeycloakTestBed(server, directory, test);
        testBed.set("SIDECAR_TOKEN_GRANT_TYPE", "client_credentials");
        testBed.set(SHOP + "ISSUER", server.issuer());
        testBed.set(SHOP + "AUDIENCE", KeycloakClient.CLIENT_ID);
        // the realm's tokens live for 10 s, and the machine may be busy
        testBed.set(SHOP + "LEEWAY", "5m");
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    private static JsonObject introspect(SidecarProcess sidecar, String token) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(sidecar.api("/introspect"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("token=" + token))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return new JsonObject(response.body());
        }
    }

    @Test
    void anAccessTokenIsActiveAndNoOtherTokenOfTheUserIs() throws Exception {
        JsonObject alice = testBed.keycloak().logIn(PUBLIC, "openid profile");
        String accessToken = alice.getString("access_token");
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();

            JsonObject answer = introspect(sidecar, accessToken);
            assertThat(answer.getBoolean("active")).isTrue();
            assertThat(answer.getString("sub"))
                    .isEqualTo(JwtClaims.of(accessToken).getString("sub"));
            assertThat(answer.getString("client_id")).isEqualTo(KeycloakClient.PUBLIC_CLIENT_ID);
            assertThat(answer.getString("username")).isEqualTo(KeycloakClient.USER);
            assertThat(answer.getString("token_type")).isEqualTo("Bearer");

            assertThat(introspect(sidecar, alice.getString("id_token")).encode())
                    .isEqualTo("{\"active\":false}");
            assertThat(introspect(sidecar, alice.getString("refresh_token")).encode())
                    .isEqualTo("{\"active\":false}");
            sidecar.awaitLog("a token is not active issuer=shop reason=not_access_token");
            sidecar.awaitLog("a token is not active issuer=shop reason=algorithm");
            Expectations.noCredentials(testBed, sidecar);
        }
    }

    @Test
    void aRotatedKeyIsFoundAtOnce() throws Exception {
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            String before = testBed.keycloak().logIn(PUBLIC, "openid").getString("access_token");
            assertThat(introspect(sidecar, before).getBoolean("active")).isTrue();

            testBed.keycloak().rotateSigningKey();
            String after = testBed.keycloak().logIn(PUBLIC, "openid").getString("access_token");

            assertThat(introspect(sidecar, after).getBoolean("active")).isTrue();
            assertThat(introspect(sidecar, before).getBoolean("active")).isTrue();
        }
    }

    @Test
    void theServerKnowsThatASessionHasEnded() throws Exception {
        testBed.set(SHOP + "METHOD", "server");
        testBed.set(SHOP + "SERVER_CLIENT", "default");
        testBed.set(SHOP + "SERVER_MAX_ANSWER_AGE", "0s");
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            JsonObject alice = testBed.keycloak().logIn(PUBLIC, "openid");
            assertThat(introspect(sidecar, alice.getString("access_token")).getBoolean("active"))
                    .isTrue();

            testBed.keycloak().endSession(alice);

            assertThat(introspect(sidecar, alice.getString("access_token")).getBoolean("active"))
                    .isFalse();
            Expectations.noCredentials(testBed, sidecar);
        }
    }
}
