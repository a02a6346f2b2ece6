package dev.tokensidecar.kubernetes.keycloak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.server.CountingProxy.Exchange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TokenRequestsTest {

    private static final Instant START = Instant.EPOCH;

    @Test
    void aRefreshTokenThatIsPresentedTwiceIsFound() {
        TokenRequests requests = new TokenRequests(List.of(
                exchange("refresh_token=one&scope=a", 0, 200),
                exchange("grant_type=refresh_token&refresh_token=two", 4, 200),
                exchange("scope=a&refresh_token=one", 8, 200)));

        assertThat(requests.repeated()).isEqualTo(1);
        assertThat(requests.rejected()).isEmpty();
    }

    @Test
    void aRequestWithoutARefreshTokenCountsAsRepeated() {
        assertThat(new TokenRequests(List.of(exchange("grant_type=client_credentials", 0, 200))).repeated())
                .isEqualTo(1);
    }

    @Test
    void aRejectionAndAMissingResponseAreFound() {
        TokenRequests requests = new TokenRequests(List.of(
                exchange("refresh_token=one", 0, 200),
                exchange("refresh_token=two", 4, 400),
                exchange("refresh_token=three", 8, null)));

        assertThat(requests.rejected()).hasSize(2);
        assertThat(requests.granted()).isEqualTo(1);
    }

    @Test
    void intervalsAreThoseBetweenGrantedRequests() {
        TokenRequests requests = new TokenRequests(List.of(
                exchange("refresh_token=one", 0, 200),
                exchange("refresh_token=two", 3, 400),
                exchange("refresh_token=three", 4, 200),
                exchange("refresh_token=four", 6, 200)));

        assertThat(requests.intervals()).containsExactly(Duration.ofSeconds(4), Duration.ofSeconds(2));
        assertThat(requests.between(START, START.plusSeconds(6)).intervals()).isEmpty();
    }

    private static Exchange exchange(String body, int second, @Nullable Integer status) {
        return new Exchange(TokenRequests.hash(body), START.plusSeconds(second), status);
    }
}
