package dev.tokensidecar.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.oauth2.http.InboundResponse;
import dev.tokensidecar.oauth2.http.Redactor;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.InvalidGrant;
import dev.tokensidecar.token.RefreshFailure.Unavailable;
import dev.tokensidecar.token.TokenResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The responses in {@code provider-responses.txt} mean what that file states. */
class ProviderResponsesTest {

    private static final Path FILE = Path.of("src", "test", "resources", "provider-responses.txt");

    private final TokenResponseParser parser = new TokenResponseParser(Dialect.standard());

    /**
     * One response of that file.
     *
     * @param source where it was observed
     */
    record Recorded(String provider, int status, String meaning, String source, String body) {

        static Recorded of(String block) {
            String[] lines = block.split("\n", 3);
            String[] heading = lines[0].split(" \\| ", 3);
            return new Recorded(
                    heading[0], Integer.parseInt(heading[1]), heading[2], lines[1].substring("# ".length()), lines[2]);
        }

        String kind() {
            return meaning.startsWith("lifetime") ? "lifetime" : meaning.split(":", 2)[0];
        }

        @Override
        public String toString() {
            return provider + " " + status + ", " + meaning + " (" + source + ")";
        }
    }

    static List<Recorded> responses() throws IOException {
        return Arrays.stream(Files.readString(FILE).split("\n\n", -1))
                .skip(1)
                .map(block -> Recorded.of(block.strip()))
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("responses")
    void aResponseHasTheStatedMeaning(Recorded recorded) {
        assertThat(meaning(Responses.response(recorded.status(), null, null, recorded.body())))
                .isEqualTo(recorded.meaning());
    }

    @Test
    void eachProviderHasATokenAnInvalidRefreshTokenAndAFailedClientAuthentication() throws IOException {
        assertThat(responses().stream()
                        .collect(Collectors.groupingBy(
                                Recorded::provider, Collectors.mapping(Recorded::kind, Collectors.toSet()))))
                .containsOnlyKeys("keycloak", "auth0", "okta", "entra", "google", "github", "slack", "salesforce")
                .allSatisfy((provider, kinds) ->
                        assertThat(kinds).contains("lifetime", "log in again", "client authentication failed"));
    }

    private String meaning(InboundResponse response) {
        try {
            TokenResponse tokens = (TokenResponse) parser.read(response, new Redactor(List.of()), Instant.EPOCH);
            return "lifetime " + (tokens.lifetime() == null ? "unknown" : tokens.lifetime())
                    + ", refresh token " + (tokens.refreshToken() == null ? "kept" : "replaced")
                    + (tokens.refreshTokenLifetime() == null ? "" : ", lifetime " + tokens.refreshTokenLifetime());
        } catch (RefreshFailure failure) {
            return kind(failure) + ": " + failure.error();
        }
    }

    private static String kind(RefreshFailure failure) {
        if (failure instanceof InvalidGrant) {
            return "log in again";
        }
        if (failure instanceof Unavailable unavailable) {
            return unavailable.throttled() ? "busy" : unavailable.inDoubt() ? "in doubt" : "unavailable";
        }
        return ErrorClassifier.isClientAuthenticationFailure(failure)
                ? "client authentication failed"
                : "configuration";
    }
}
