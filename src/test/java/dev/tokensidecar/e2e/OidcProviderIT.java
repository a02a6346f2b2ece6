package dev.tokensidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.crypto.JwtClaims;
import dev.tokensidecar.testing.crypto.SigningKey;
import dev.tokensidecar.testing.process.SidecarProcess;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The lifecycle of a session with a server other than Keycloak. */
@ExtendWith(OidcProviderServer.Shared.class)
class OidcProviderIT {

    private final OidcProviderServer server;
    private final ServerTestBed testBed;
    private final OidcProviderClient client;

    OidcProviderIT(OidcProviderServer server, @TempDir Path directory, TestInfo test) {
        this.server = server;
        testBed = new ServerTestBed(server.uri(), OidcProviderClient.TOKEN_ENDPOINT, directory, test);
        client = new OidcProviderClient(server.uri());
    }

    @AfterEach
    void close() {
        client.close();
        testBed.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"client_secret_basic", "client_secret_post", "private_key_jwt", "none"})
    void theSessionRotatesAndSurvivesARestart(String method) throws Exception {
        useSession(method);
        testBed.renewOnEachReport();
        JsonObject last;
        try (SidecarProcess sidecar = testBed.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitStarted();
            last = callers.tokenAfterRenewals(3, callers.token("/token"));
            assertThat(sidecar.stop()).isZero();
        }

        try (SidecarProcess sidecar = testBed.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitStarted();
            JsonObject next = callers.tokenAfterRenewals(1, callers.token("/token"));

            assertThat(next.getString("access_token")).isNotEqualTo(last.getString("access_token"));
            assertThat(next.getString("scope")).isEqualTo("api:read");
            assertThat(testBed.proxy().posted()).hasSizeGreaterThan(5).doesNotHaveDuplicates();
            Expectations.noCredentials(testBed, sidecar);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"client_secret_basic", "client_secret_post"})
    void aWrongClientSecretIsAConfigurationError(String method) throws Exception {
        useSession(method);
        testBed.useClient(method, "another-secret");

        Expectations.misconfiguration(testBed, "invalid_client");
    }

    @Test
    void anotherKeyIsAConfigurationError() throws Exception {
        useSession("private_key_jwt");
        testBed.useKey(
                "private_key_jwt", SigningKey.make("client"), server.uri().toString());

        Expectations.misconfiguration(testBed, "invalid_client");
    }

    @Test
    void twoTokensOfOneSessionHaveTheirOwnResources() throws Exception {
        useSession("none");
        testBed.renewOnEachReport();
        testBed.addSecondToken();
        testBed.set("SIDECAR_TOKEN_GRANT_RESOURCE", "urn:orders");
        testBed.set(ServerTestBed.SECOND_TOKEN + "GRANT_RESOURCE", "urn:invoices");
        try (SidecarProcess sidecar = testBed.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitStarted();

            List<JsonObject> tokens = callers.tokensAfterRenewals(10, List.of("/token", "/tokens/second"));

            assertThat(tokens)
                    .extracting(token ->
                            JwtClaims.of(token.getString("access_token")).getString("aud"))
                    .containsExactly("urn:orders", "urn:invoices");
        }
    }

    /** Token exchange (RFC 8693) at a server that issues JWTs for opaque tokens. */
    @Test
    void theTokensOfUsersAreExchangedForThoseOfAnApi() throws Exception {
        useSession("client_secret_basic");
        testBed.addExchange(OidcProviderClient.TOKEN_ENDPOINT, "client_secret_basic", OidcProviderClient.CLIENT_SECRET);
        testBed.set(ServerTestBed.EXCHANGE + "GRANT_RESOURCE", "urn:invoices");
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            for (String user : List.of("anna", "ben")) {
                String token = client.logIn(user, "client_secret_basic");
                JsonObject exchanged =
                        new JsonObject(OnBehalfCall.exchange(sidecar, token).body());

                JsonObject claims = JwtClaims.of(exchanged.getString("access_token"));
                assertThat(claims.getString("sub")).isEqualTo(user);
                assertThat(claims.getString("aud")).isEqualTo("urn:invoices");
                String again = OnBehalfCall.exchange(sidecar, token).body();
                assertThat(new JsonObject(again).getString("access_token"))
                        .isEqualTo(exchanged.getString("access_token"));
            }
            assertThat(testBed.exchanges()).isEqualTo(2);

            HttpResponse<String> rejected = OnBehalfCall.exchange(sidecar, "no-token");
            assertThat(rejected.statusCode()).isEqualTo(400);
            assertThat(new JsonObject(rejected.body()).getString("error")).isEqualTo("invalid_request");
            Expectations.noCredentials(testBed, sidecar);
        }
    }

    private void useSession(String method) throws Exception {
        testBed.useRefreshToken(client.newSession(method));
        switch (method) {
            case "none" -> testBed.usePublicClient(method);
            case "private_key_jwt" ->
                testBed.useKey(method, server.clientKey(), server.uri().toString());
            default -> {
                testBed.useClient(method, OidcProviderClient.CLIENT_SECRET);
                testBed.set("SIDECAR_TOKEN_CLIENT_AUTHENTICATION_METHOD", method);
            }
        }
    }
}
