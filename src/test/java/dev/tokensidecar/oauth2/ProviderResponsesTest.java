package dev.tokensidecar.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.oauth2.http.InboundResponse;
import dev.tokensidecar.oauth2.http.Redactor;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.InvalidGrant;
import dev.tokensidecar.token.RefreshFailure.Unavailable;
import dev.tokensidecar.token.SuccessfulResponse;
import dev.tokensidecar.token.TokenResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The responses in {@code provider-responses.txt} mean what that file states. */
class ProviderResponsesTest {

    private static final Path FILE = Path.of("src", "test", "resources", "provider-responses.txt");

    private static final Set<String> OF_USERS =
            Set.of("keycloak", "auth0", "okta", "entra", "google", "github", "slack", "salesforce");

    /** Those to whom the client presents an assertion that it signs. Snowflake answers nothing. */
    private static final Set<String> OF_ASSERTIONS =
            Set.of("google_service_account", "salesforce_jwt", "box", "docusign", "github_app");

    private final TokenResponseParser parser = new TokenResponseParser(Dialect.standard());

    /** As the preset of GitHub Apps has it. */
    private final RefreshResponseParser installations = new RefreshResponseParser(
            new RefreshEndpoint(
                    URI.create("https://api.github.com/app/installations/4711/access_tokens"),
                    new RefreshEndpoint.Request(
                            RefreshEndpoint.Method.POST, RefreshEndpoint.Body.JSON, Map.of(), Map.of()),
                    new RefreshEndpoint.Response(
                            new ResponseLocation("/token"),
                            null,
                            new ResponseLocation("/expiresIn"),
                            new ResponseLocation("/expires_at"),
                            new ResponseLocation("/message")),
                    Set.of(401, 404, 422)),
            Lifetimes.standard());

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
        String date = recorded.provider().equals("github_app") ? "Mon, 11 Jul 2016 21:14:10 GMT" : null;

        assertThat(meaning(recorded, Responses.response(recorded.status(), date, null, recorded.body())))
                .isEqualTo(recorded.meaning());
    }

    @Test
    void eachProviderHasATokenAnInvalidRefreshTokenAndAFailedClientAuthentication() throws IOException {
        Map<String, Set<String>> recorded = responses().stream()
                .collect(Collectors.groupingBy(
                        Recorded::provider, Collectors.mapping(Recorded::kind, Collectors.toSet())));

        assertThat(recorded)
                .containsOnlyKeys(
                        Stream.concat(OF_USERS.stream(), OF_ASSERTIONS.stream()).toList());
        assertThat(OF_USERS)
                .allSatisfy(provider -> assertThat(recorded.get(provider))
                        .contains("lifetime", "log in again", "client authentication failed"));
        assertThat(OF_ASSERTIONS)
                .allSatisfy(provider -> assertThat(recorded.get(provider)).contains("lifetime", "configuration"));
    }

    private String meaning(Recorded recorded, InboundResponse response) {
        try {
            TokenResponse tokens =
                    (TokenResponse) parser(recorded).read(response, new Redactor(List.of()), Instant.EPOCH);
            return "lifetime " + (tokens.lifetime() == null ? "unknown" : tokens.lifetime())
                    + ", refresh token " + (tokens.refreshToken() == null ? "kept" : "replaced")
                    + (tokens.refreshTokenLifetime() == null ? "" : ", lifetime " + tokens.refreshTokenLifetime());
        } catch (InvalidGrant rejected) {
            RefreshFailure failure = OF_ASSERTIONS.contains(recorded.provider())
                    ? new GrantAssertion.Issued(List::of).rejected(rejected, null)
                    : rejected;
            return kind(failure) + ": " + failure.error();
        } catch (RefreshFailure failure) {
            return kind(failure) + ": " + failure.error();
        }
    }

    private ResponseReader<SuccessfulResponse> parser(Recorded recorded) {
        return recorded.provider().equals("github_app")
                ? installations
                : (response, redactor, now) -> parser.read(response, redactor, now, null);
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
