package dev.tokensidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.keycloak.KeycloakClient;
import dev.tokensidecar.testing.keycloak.KeycloakServer;
import dev.tokensidecar.testing.process.ChildProcess;
import dev.tokensidecar.testing.process.SidecarProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of Keycloak that are bound to a key (RFC 9449), used at Keycloak itself and at an API that verifies proofs. */
@ExtendWith(SharedKeycloak.class)
class KeycloakDpopIT {

    private static final String OPENID = "/realms/sidecar/protocol/openid-connect/";

    private final int port = ChildProcess.freePort();
    private final KeycloakServer server;
    private final KeycloakTestBed testBed;
    private final DpopApi api = new DpopApi();
    private final HttpClient http = HttpClient.newHttpClient();

    KeycloakDpopIT(KeycloakServer server, @TempDir Path directory, TestInfo test) throws IOException {
        this.server = server;
        testBed = new KeycloakTestBed(server, directory, test);
        testBed.renewOnEachReport();
    }

    @AfterEach
    void close() {
        http.shutdownNow();
        api.close();
        testBed.close();
    }

    private void useDpop(URI target) {
        testBed.useDpop(server.uri().resolve(KeycloakClient.TOKEN_ENDPOINT), target, port);
    }

    private HttpResponse<String> call(String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(Duration.ofSeconds(30))
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void theTokensOfAConfidentialClientAreBoundToOneKeyAndUsedWithProofs() throws Exception {
        useDpop(api.uri());
        testBed.useClient("sidecar-dpop", "s3cret");
        testBed.set("SIDECAR_TOKEN_GRANT_TYPE", "client_credentials");
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            assertThat(call("/items?page=2").statusCode())
                    .as(api.rejections().toString())
                    .isEqualTo(200);
            sidecar.awaitStatus("another token", status -> status.getLong("generation") > 1);
            api.demand("nonce-2");
            assertThat(call("/items").statusCode())
                    .as(api.rejections().toString())
                    .isEqualTo(200);

            assertThat(api.served()).hasSize(2);
            assertThat(api.served().stream()
                            .map(claims -> claims.getString("jti"))
                            .distinct())
                    .hasSize(2);
            assertThat(keys(api.served())).hasSize(1);
            assertThat(api.rejections()).hasSize(2).allMatch(why -> why.startsWith("use_dpop_nonce"));
            Callers.assertProblem(ask(sidecar), 403, "sender_constrained", "fix-request");
        }
    }

    private static HttpResponse<String> ask(SidecarProcess sidecar) {
        try (Callers callers = new Callers(sidecar)) {
            return callers.ask("/token");
        }
    }

    private static List<String> keys(List<JsonObject> tokens) {
        return tokens.stream()
                .map(claims -> claims.getJsonObject("cnf").getString("jkt"))
                .distinct()
                .toList();
    }

    /** Keycloak binds the refresh tokens of public clients, and verifies proofs at its own userinfo endpoint. */
    @Test
    void aPublicClientContinuesItsSessionWithTheStoredKeyAfterARestart() throws Exception {
        useDpop(server.uri().resolve(OPENID));
        testBed.usePublicClient("sidecar-dpop-public");
        testBed.set("SIDECAR_TOKEN_GRANT_TYPE", "device_code");
        testBed.set("SIDECAR_TOKEN_GRANT_SCOPE", "openid offline_access");
        testBed.set(
                "SIDECAR_TOKEN_AUTHORIZATION_SERVER_DEVICE_AUTHORIZATION_ENDPOINT",
                server.uri().resolve(OPENID + "auth/device").toString());
        testBed.set("SIDECAR_TOKEN_STORE_FILE", testBed.storeFile().toString());
        String key;
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitLive();
            sidecar.awaitStatus("a code", status -> status.getJsonObject("login") != null);
            KeycloakApproval.approve(
                    URI.create(sidecar.status().getJsonObject("login").getString("verification_uri_complete")));
            sidecar.awaitStarted();
            assertUserInfo();
            long generation = sidecar.status().getLong("generation");
            sidecar.awaitStatus("a refresh", status -> status.getLong("generation") > generation);
            assertUserInfo();
            key = storedKey();
        }

        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            assertUserInfo();
            assertThat(storedKey()).isEqualTo(key);
        }
        assertRejectedWithoutItsKey();
    }

    /** A thief of the refresh token, or a process that has lost the key. */
    private void assertRejectedWithoutItsKey() throws Exception {
        JsonObject stored = new JsonObject(Files.readString(testBed.storeFile()));
        stored.getJsonObject("bound_to").remove("private_key");
        Files.writeString(testBed.storeFile(), stored.encode());
        testBed.set("SIDECAR_TOKEN_GRANT_TYPE", "refresh_token");
        testBed.unset("SIDECAR_TOKEN_AUTHORIZATION_SERVER_DEVICE_AUTHORIZATION_ENDPOINT");
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitLog("it was obtained with another DPoP key: use that key again, or log in again");
            assertThat(sidecar.status().getString("state")).isEqualTo("dead");
        }
    }

    private String storedKey() throws IOException {
        return new JsonObject(Files.readString(testBed.storeFile()))
                .getJsonObject("bound_to")
                .getString("jkt");
    }

    private void assertUserInfo() throws Exception {
        HttpResponse<String> response = call("/userinfo");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(new JsonObject(response.body()).getString("preferred_username"))
                .isEqualTo(KeycloakClient.USER);
    }
}
