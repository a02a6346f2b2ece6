package dev.tokensidecar.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.oauth2.http.InboundResponse;
import dev.tokensidecar.oauth2.http.Redactor;
import dev.tokensidecar.testing.RepeatableProperty;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.TokenResponse;
import dev.tokensidecar.token.UnusableResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Provide;
import net.jqwik.api.arbitraries.ListArbitrary;

/** Whatever else is wrong with a success, a refresh token in it is not lost. */
class FlawedResponsePropertiesTest {

    private static final String REFRESH_TOKEN = "\"refresh_token\":\"the-new-one\"";
    private static final Secret NEW = Secret.of("the-new-one");
    private static final Redactor REDACTOR = new Redactor(List.of(Secret.of("the-old-one")));

    private final TokenResponseParser parser = new TokenResponseParser(Dialect.standard());

    @RepeatableProperty
    void theRefreshTokenIsNeverLost(@ForAll("bodies") String body, @ForAll("ends") String end) {
        assertKept(new InboundResponse(200, Map.of(), body + end));
    }

    @RepeatableProperty
    void aBodyThatBreaksOffLosesNothingThatHasArrived(@ForAll("bodies") String body, @ForAll("lengths") int length) {
        int complete = body.indexOf(REFRESH_TOKEN) + REFRESH_TOKEN.length();
        String arrived = body.substring(0, Math.min(body.length(), complete + length));

        assertKept(new InboundResponse(
                200,
                Map.of(),
                Map.of(),
                arrived,
                RefreshFailure.Unavailable.maybeProcessed("connection_lost", "it broke")));
    }

    private void assertKept(InboundResponse response) {
        switch (parser.read(response, REDACTOR, Instant.EPOCH, null)) {
            case TokenResponse tokens -> assertThat(tokens.refreshToken()).isEqualTo(NEW);
            case UnusableResponse unusable ->
                assertThat(unusable.refreshToken()).isEqualTo(NEW);
        }
    }

    @Provide
    Arbitrary<String> bodies() {
        ListArbitrary<String> others = Arbitraries.of(
                        "\"access_token\":\"a1\"",
                        "\"access_token\":\"a\\n1\"",
                        "\"access_token\":\"\u00e9\"",
                        "\"access_token\":null",
                        "\"access_token\":{\"value\":[1,{}]}",
                        "\"token_type\":\"DPoP\"",
                        "\"token_type\":7",
                        "\"expires_in\":\"soon\"",
                        "\"expires_in\":1e999999999",
                        "\"expires_in\":-1",
                        "\"refresh_token_expires_in\":[]",
                        "\"scope\":[\"read\"]",
                        "\"error\":\"invalid_grant\"",
                        "\"error\":\"server_error\"",
                        "\"error\":{\"code\":1}",
                        "\"ok\":false")
                .list()
                .ofMaxSize(5);
        return Combinators.combine(others, others).as((before, after) -> {
            String first = before.isEmpty() ? "" : String.join(",", before) + ",";
            String last = after.isEmpty() ? "" : "," + String.join(",", after);
            return "{" + first + REFRESH_TOKEN + last;
        });
    }

    @Provide
    Arbitrary<String> ends() {
        return Arbitraries.of("}", "}\n", "", ",", ",}", "}}", "} trailing", ",\"scope\":\"cut o", "\u0000");
    }

    @Provide
    Arbitrary<Integer> lengths() {
        return Arbitraries.integers().between(0, 120);
    }
}
