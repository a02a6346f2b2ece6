package dev.tokensidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.keycloak.KeycloakClient;
import dev.tokensidecar.testing.keycloak.KeycloakServer;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.server.CountingProxy;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many callers need a new token at the same time, with a real Keycloak that accepts each refresh token once. */
@ExtendWith(SharedKeycloak.class)
class HerdIT {

    private static final int CALLERS = 500;

    private final KeycloakTestBed testBed;

    HerdIT(KeycloakServer keycloak, @TempDir Path directory, TestInfo test) throws IOException {
        testBed = new KeycloakTestBed(keycloak, directory, test);
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    /** The failure that the sidecar prevents. */
    @ParameterizedTest
    @ValueSource(ints = {8, 500})
    void withoutASidecarTheSessionEndsForTheWinnerToo(int callers) throws Exception {
        CountingProxy proxy = testBed.proxy();
        String refreshToken = testBed.keycloak()
                .logIn(KeycloakClient.confidential(), "offline_access")
                .getString("refresh_token");

        try (KeycloakClient client = new KeycloakClient(proxy.uri("/"))) {
            List<CompletableFuture<HttpResponse<String>>> herd = IntStream.range(0, callers)
                    .mapToObj(caller -> client.refresh(refreshToken))
                    .toList();
            List<HttpResponse<String>> responses =
                    herd.stream().map(CompletableFuture::join).toList();
            int posts = proxy.posts();

            List<HttpResponse<String>> winners = responses.stream()
                    .filter(response -> response.statusCode() == 200)
                    .toList();
            assertThat(winners).hasSize(1);
            String winnersToken = new JsonObject(winners.getFirst().body()).getString("refresh_token");
            HttpResponse<String> afterwards = client.refresh(winnersToken).join();
            assertThat(afterwards.statusCode()).isEqualTo(400);
            assertThat(afterwards.body()).contains("invalid_grant");
            new HerdRecord(false, callers, posts, winners.size(), false).write();
        }
    }

    @Test
    void aHerdWithAnExpiredTokenCausesOneRequestAndTheSessionSurvives() throws Exception {
        testBed.useSession(testBed.keycloak().logIn(KeycloakClient.confidential(), "offline_access"));
        testBed.renewOnEachReport();
        CountingProxy proxy = testBed.proxy();
        try (SidecarProcess sidecar = testBed.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitStarted();
            JsonObject expired = callers.token("/token");
            int before = proxy.posts();
            proxy.hold();
            proxy.awaitHeld();
            sidecar.awaitNotReady();

            List<CompletableFuture<HttpResponse<String>>> herd = callers.ask(CALLERS, "/token");
            sidecar.awaitWaiters(CALLERS);
            proxy.release();
            List<JsonObject> tokens = herd.stream()
                    .map(response -> Callers.token(response.join()))
                    .toList();
            int posts = proxy.posts() - before;

            assertThat(posts).isEqualTo(1);
            assertThat(tokens)
                    .extracting(token -> token.getString("access_token"))
                    .containsOnly(tokens.getFirst().getString("access_token"));
            assertThat(tokens)
                    .extracting(token -> token.getLong("generation"))
                    .containsOnly(expired.getLong("generation") + 1);
            JsonObject last = callers.tokenAfterRenewals(10, tokens.getFirst());
            assertThat(testBed.keycloak().isActive(last.getString("access_token")))
                    .isTrue();
            new HerdRecord(true, CALLERS, posts, tokens.size(), true).write();
        }
    }

    @Test
    void reportsOfOneRejectedTokenOverThreeSecondsCauseOneRequest() throws Exception {
        testBed.useSession(testBed.keycloak().logIn(KeycloakClient.confidential(), "offline_access"));
        testBed.set("SIDECAR_TOKEN_REFRESH_AHEAD", "2s");
        testBed.set("SIDECAR_TOKEN_REFRESH_MIN_REMAINING", "1s");
        try (SidecarProcess sidecar = testBed.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitStarted();
            JsonObject rejected = callers.token("/token");
            int before = testBed.proxy().posts();
            testBed.proxy().delay(Duration.ofMillis(50));

            List<JsonObject> tokens =
                    callers.ask(CALLERS, Callers.rejectedPath(rejected), Duration.ofSeconds(3)).stream()
                            .map(response -> Callers.token(response.join()))
                            .toList();

            assertThat(testBed.proxy().posts() - before).isEqualTo(1);
            assertThat(tokens)
                    .hasSize(CALLERS)
                    .extracting(token -> token.getLong("generation"))
                    .containsOnly(rejected.getLong("generation") + 1);
        }
    }
}
