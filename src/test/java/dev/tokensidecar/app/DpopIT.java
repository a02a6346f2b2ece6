package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.testing.crypto.PrivateKeys;
import dev.tokensidecar.testing.process.ChildProcess;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import dev.tokensidecar.testing.server.DpopServer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jose4j.jwk.PublicJsonWebKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** DPoP with the packaged application (RFC 9449), at a server and an API that verify every proof. */
@Timeout(120)
class DpopIT {

    private final int port = ChildProcess.freePort();
    private final DpopServer server = new DpopServer();

    @TempDir
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private SidecarTestBed testBed;

    @BeforeEach
    void open(TestInfo test) {
        testBed = new SidecarTestBed(
                directory,
                Path.of("target", "DpopIT-" + test.getTestMethod().orElseThrow().getName() + ".log"),
                DemoOptions.defaults());
        testBed.withoutToken();
        testBed.set(
                "SIDECAR_TOKEN_AUTHORIZATION_SERVER_TOKEN_ENDPOINT",
                server.uri("/token").toString());
        testBed.set("SIDECAR_TOKEN_CLIENT_ID", "app");
        testBed.set("SIDECAR_TOKEN_CLIENT_AUTHENTICATION_METHOD", "none");
        testBed.set("SIDECAR_TOKEN_CLIENT_DPOP_ENABLED", "true");
        testBed.set("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "0s");
        testBed.set("SIDECAR_TOKEN_REFRESH_REJECTED_INTERVAL", "0s");
        testBed.set("SIDECAR_TOKEN_STORE_REFRESH_TOKEN_FILE", testBed.write("seed", server.newSession()));
        testBed.set("SIDECAR_TOKEN_STORE_FILE", testBed.storeFile().toString());
        testBed.set("SIDECAR_FORWARD_API_TARGET", server.uri("").toString());
        testBed.set("SIDECAR_FORWARD_API_PORT", Integer.toString(port));
    }

    @AfterEach
    void close() {
        testBed.close();
        server.close();
    }

    private HttpResponse<String> call(String path) {
        return testBed.get(URI.create("http://127.0.0.1:" + port + path));
    }

    private void assertServed(String path) {
        HttpResponse<String> response = call(path);
        assertThat(response.statusCode())
                .as(response.body() + server.rejections())
                .isEqualTo(200);
        assertThat(new JsonObject(response.body()).getString("served")).isEqualTo(path);
    }

    @Test
    void aPublicClientContinuesItsSessionWithTheStoredKeyAfterARestart() throws Exception {
        List<String> keys;
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            assertServed("/api/x?y=z");
            keys = server.boundTo();
            server.revokeAccessTokens();
            assertServed("/api/x");
            assertThat(server.boundTo()).isEqualTo(keys);
            assertNoLeak(sidecar);
            assertThat(sidecar.stop()).isZero();
        }
        assertThat(Files.readString(testBed.storeFile())).contains("\"bound_to\":{\"jkt\":\"" + keys.getFirst());

        server.revokeAccessTokens();
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            assertServed("/api/x");

            assertThat(server.boundTo()).isEqualTo(keys);
            assertThat(server.rejections()).isEmpty();
            assertNoLeak(sidecar);
        }
    }

    private void assertNoLeak(SidecarProcess sidecar) throws Exception {
        String privateKey = new JsonObject(Files.readString(testBed.storeFile()))
                .getJsonObject("bound_to")
                .getString("private_key");
        List<String> secrets = Stream.concat(
                        Stream.of(new JsonObject(privateKey).getString("d")),
                        Stream.of("/token", "/api/x")
                                .flatMap(path -> server.received(path).stream())
                                .map(one -> one.headers().get("DPoP")))
                .toList();
        String metrics = testBed.get(sidecar.management("/q/metrics")).body();
        String status = testBed.get(sidecar.api("/status"), Map.of()).body();
        assertThat(secrets)
                .hasSizeGreaterThan(2)
                .allSatisfy(
                        secret -> assertThat(sidecar.log() + metrics + status).doesNotContain(secret));
    }

    @Test
    void anEncryptedStoreHidesTheKey() throws Exception {
        testBed.set(
                "SIDECAR_TOKEN_STORE_ENCRYPTION_KEY_FILE",
                testBed.write("store-key", Base64.getEncoder().encodeToString(new byte[32])));
        for (int start = 0; start < 2; start++) {
            try (SidecarProcess sidecar = testBed.start()) {
                sidecar.awaitStarted();
                assertServed("/api/x");
            }
        }

        assertThat(Files.readString(testBed.storeFile())).contains("\"sealed\"").doesNotContain("bound_to");
        assertThat(server.rejections()).isEmpty();
    }

    @Test
    void theNoncesOfBothServersAreUsedWithoutARefreshOrAFailure() throws Exception {
        server.demandAtTokenEndpoint("of-the-authorization-server");
        server.demandAtApi("of-the-api");
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            assertServed("/api/x");
            assertServed("/api/x");
            server.demandAtApi("another");
            assertServed("/api/x");

            assertThat(server.received("/token"))
                    .extracting(DpopServer.Received::status)
                    .containsExactly(400, 200);
            assertThat(server.received("/api/x"))
                    .extracting(DpopServer.Received::status)
                    .containsExactly(401, 200, 200, 401, 200);
            assertThat(sidecar.status().getLong("generation")).isEqualTo(1);
            assertThat(sidecar.log()).doesNotContain("refresh failed").doesNotContain("WARN");
        }
    }

    @Test
    void aCallerGetsNoTokenThatItCannotUse() throws Exception {
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();

            for (String path : List.of("/token", "/tokens/default", "/token?min_ttl=1")) {
                for (String type : List.of("application/json", "text/plain")) {
                    assertRefused(testBed.get(sidecar.api(path), Map.of("Accept", type)), "sender_constrained");
                }
            }
            assertRefused(
                    testBed.post(sidecar.api("/token"), "grant_type=client_credentials", Map.of()),
                    "sender_constrained");
            assertRefused(
                    testBed.post(sidecar.api("/token/rejected"), "", Map.of("Authorization", "Bearer another")),
                    "sender_constrained");
            assertServed("/api/x");
        }
    }

    private static void assertRefused(HttpResponse<String> response, String error) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(403);
        JsonObject body = new JsonObject(response.body());
        assertThat(body.getString("error")).isEqualTo(error);
        assertThat(response.body()).contains("forwarding").doesNotContain("access-token-");
    }

    @Test
    void theKeyInAFileIsUsedAndNotStored() throws Exception {
        var pair = PrivateKeys.ec("secp256r1");
        String thumbprint =
                PublicJsonWebKey.Factory.newPublicJwk(pair.getPublic()).calculateBase64urlEncodedThumbprint("SHA-256");
        testBed.set("SIDECAR_TOKEN_CLIENT_DPOP_KEY_FILE", testBed.write("proof-key", PrivateKeys.pem(pair)));
        var unused = testBed.write("seed", server.newSession(thumbprint));
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            assertServed("/api/x");
        }

        assertThat(server.boundTo()).containsExactly(thumbprint);
        assertThat(Files.readString(testBed.storeFile()))
                .contains("\"bound_to\":{\"jkt\":\"" + thumbprint + "\"}")
                .doesNotContain("private_key");
    }

    @Test
    void aSessionOfAnotherKeyIsOverAndTheLogSaysWhy() throws Exception {
        testBed.set(
                "SIDECAR_TOKEN_CLIENT_DPOP_KEY_FILE",
                testBed.write("proof-key", PrivateKeys.pem(PrivateKeys.ec("secp256r1"))));
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
        }
        var unused = testBed.write("proof-key", PrivateKeys.pem(PrivateKeys.ec("secp256r1")));

        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitLog("it was obtained with another DPoP key: use that key again, or log in again");
            assertThat(sidecar.status().getString("state")).isEqualTo("dead");
        }
    }

    /** RFC 9449 section 5: a server that does not bind answers with a bearer token. */
    @Test
    void theTokenOfAServerWithoutDpopIsABearerToken() throws Exception {
        server.ignoreProofs();
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();

            assertThat(testBed.get(sidecar.api("/token")).body()).startsWith("access-token-");
            assertThat(call("/api/x").statusCode()).isEqualTo(401);
            assertThat(server.received("/api/x").getFirst().headers().get("Authorization"))
                    .startsWith("Bearer access-token-");
        }
    }
}
