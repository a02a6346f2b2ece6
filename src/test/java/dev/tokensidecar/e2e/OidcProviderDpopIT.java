package dev.tokensidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.process.ChildProcess;
import dev.tokensidecar.testing.process.SidecarProcess;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Proofs with nonces (RFC 9449 section 8), at a token endpoint and a userinfo endpoint that demand them. */
@ExtendWith(OidcProviderServer.Shared.class)
class OidcProviderDpopIT {

    private final int port = ChildProcess.freePort();
    private final OidcProviderClient client;
    private final ServerTestBed testBed;
    private final HttpClient http = HttpClient.newHttpClient();

    OidcProviderDpopIT(OidcProviderServer server, @TempDir Path directory, TestInfo test) {
        testBed = new ServerTestBed(server.uri(), OidcProviderClient.TOKEN_ENDPOINT, directory, test);
        client = new OidcProviderClient(server.uri());
        testBed.useDpop(server.uri().resolve(OidcProviderClient.TOKEN_ENDPOINT), server.uri(), port);
        testBed.usePublicClient("dpop");
        testBed.renewOnEachReport();
        testBed.set("SIDECAR_TOKEN_GRANT_TYPE", "device_code");
        testBed.set("SIDECAR_TOKEN_GRANT_SCOPE", "openid offline_access");
        testBed.set(
                "SIDECAR_TOKEN_AUTHORIZATION_SERVER_DEVICE_AUTHORIZATION_ENDPOINT",
                server.uri().resolve("/device/auth").toString());
        testBed.set("SIDECAR_TOKEN_STORE_FILE", testBed.storeFile().toString());
    }

    @AfterEach
    void close() {
        http.shutdownNow();
        client.close();
        testBed.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ES256", "EdDSA"})
    void aSessionWithNoncesIsRefreshedAndSurvivesARestart(String algorithm) throws Exception {
        testBed.set("SIDECAR_TOKEN_CLIENT_DPOP_ALGORITHM", algorithm);
        String key;
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitLive();
            sidecar.awaitStatus("a code", status -> status.getJsonObject("login") != null);
            client.approve(sidecar.status().getJsonObject("login").getString("user_code"));
            sidecar.awaitStarted();
            assertUserInfo();
            long generation = sidecar.status().getLong("generation");
            sidecar.awaitStatus("a refresh", status -> status.getLong("generation") > generation);
            assertUserInfo();
            assertThat(sidecar.log()).doesNotContain("use_dpop_nonce");
            key = storedKey();
        }

        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            assertUserInfo();
            assertThat(storedKey()).isEqualTo(key);
        }
    }

    private String storedKey() throws Exception {
        return new JsonObject(Files.readString(testBed.storeFile()))
                .getJsonObject("bound_to")
                .getString("jkt");
    }

    private void assertUserInfo() throws Exception {
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/me"))
                        .timeout(Duration.ofSeconds(30))
                        .build(),
                BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("DPoP-Nonce")).isEmpty();
        assertThat(new JsonObject(response.body()).getString("sub")).isEqualTo("alice");
    }
}
