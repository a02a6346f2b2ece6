package dev.tokensidecar.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.core.Policies;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.Moment;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.TokenResponse;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The types of responses with an access token show it as JSON only. */
class JsonSecretsTest {

    private static final String ACCESS = "access-token-in-clear";

    static Stream<Object> responses() {
        Moment now = new Moment(1, 1);
        AccessToken token = AccessToken.of(
                new TokenResponse(Secret.of(ACCESS), "Bearer", "scope", Duration.ofSeconds(30), null, null),
                null,
                Policies.DEFAULT,
                now,
                new Random(1));
        return Stream.of(TokenJson.of(token, now), ExchangedTokenJson.of(token, null, now));
    }

    @ParameterizedTest
    @MethodSource("responses")
    void theTokenIsNotInItsText(Object response) {
        assertThat(response.toString())
                .startsWith(response.getClass().getSimpleName())
                .doesNotContain(ACCESS);
    }
}
