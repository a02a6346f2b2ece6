package dev.tokensidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.CountingProxy;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The disaster the sidecar is there to prevent, shown at a real authorization server. */
@ExtendWith(KeycloakServer.Shared.class)
class WithoutSidecarIT {

    @ParameterizedTest
    @ValueSource(ints = {8, 500})
    void manyRefreshesWithOneRefreshTokenKillTheSessionAlsoForTheWinner(int callers, KeycloakServer keycloak)
            throws Exception {
        try (CountingProxy proxy = new CountingProxy(keycloak.uri());
                KeycloakClient client = new KeycloakClient(proxy.uri("/"))) {
            String refreshToken = client.logIn(KeycloakClient.confidential(), "offline_access")
                    .getString("refresh_token");
            int before = proxy.posts();

            List<CompletableFuture<HttpResponse<String>>> refreshes = IntStream.range(0, callers)
                    .mapToObj(caller -> client.refresh(refreshToken))
                    .toList();
            List<HttpResponse<String>> answers =
                    refreshes.stream().map(CompletableFuture::join).toList();
            int posts = proxy.posts() - before;

            List<HttpResponse<String>> winners = answers.stream()
                    .filter(answer -> answer.statusCode() == 200)
                    .toList();
            assertThat(winners).hasSize(1);
            assertThat(answers).filteredOn(answer -> answer.statusCode() != 200).allSatisfy(answer -> {
                assertThat(answer.statusCode()).isEqualTo(400);
                assertThat(answer.body()).contains("invalid_grant");
            });
            String winnersToken = new JsonObject(winners.getFirst().body()).getString("refresh_token");
            HttpResponse<String> afterwards = client.refresh(winnersToken).join();
            assertThat(afterwards.statusCode()).isEqualTo(400);
            assertThat(afterwards.body()).contains("invalid_grant");
            new Herd(false, callers, posts, winners.size(), false).write();
        }
    }
}
