package dev.tokensidecar.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.oauth2.ClientAuthentication.ClientIdOnly;
import dev.tokensidecar.oauth2.ClientAuthentication.ClientSecretBasic;
import dev.tokensidecar.oauth2.ClientAuthentication.ClientSecretPost;
import dev.tokensidecar.token.Secret;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClientAuthenticationTest {

    private static final URI ENDPOINT = URI.create("https://as.example/token");

    @Test
    void basicFormEncodesIdAndSecret() {
        ClientAuthenticationParameters parameters = new ClientSecretBasic(
                        "my client:1", () -> List.of(Secret.of("s%c+r t\u00e9")), true)
                .candidates(ENDPOINT)
                .getFirst();

        // base64 of my+client%3A1:s%25c%2Br+t%C3%A9
        String credentials = "bXkrY2xpZW50JTNBMTpzJTI1YyUyQnIrdCVDMyVBOQ==";
        assertThat(parameters)
                .isEqualTo(new ClientAuthenticationParameters(
                        Secret.of("Basic " + credentials),
                        Map.of(),
                        List.of(Secret.of("s%c+r t\u00e9"), Secret.of(credentials)),
                        Secret.of("s%c+r t\u00e9"),
                        parameters.hint()));
        assertThat(parameters.hint()).endsWith("set client.basic-encoding=none");
    }

    @Test
    void basicSendsIdAndSecretAsTheyAreToAServerThatDoesNotDecodeThem() {
        ClientAuthenticationParameters parameters = basic("a$?~/b", false);

        // base64 of app:a$?~/b
        assertThat(parameters.authorization()).isEqualTo(Secret.of("Basic YXBwOmEkP34vYg=="));
        assertThat(parameters.hint()).endsWith("set client.basic-encoding=form");
    }

    @Test
    void anEncodingThatChangesNothingNeedsNoHint() {
        assertThat(basic("plain-secret_1.*", true).hint()).isEmpty();
        assertThat(basic("plain-secret_1.*", false).hint()).isEmpty();
    }

    private static ClientAuthenticationParameters basic(String secret, boolean formEncoded) {
        return new ClientSecretBasic("app", () -> List.of(Secret.of(secret)), formEncoded)
                .candidates(ENDPOINT)
                .getFirst();
    }

    @Test
    void postSendsIdAndSecretInTheBody() {
        ClientAuthenticationParameters parameters = new ClientSecretPost("client", () -> List.of(Secret.of("s3cret")))
                .candidates(ENDPOINT)
                .getFirst();

        assertThat(parameters)
                .isEqualTo(new ClientAuthenticationParameters(
                        null,
                        Map.of("client_id", Secret.of("client"), "client_secret", Secret.of("s3cret")),
                        List.of(Secret.of("s3cret")),
                        Secret.of("s3cret")));
    }

    @Test
    void aPublicClientSendsOnlyItsId() {
        assertThat(new ClientIdOnly("client").candidates(ENDPOINT))
                .containsExactly(new ClientAuthenticationParameters(
                        null, Map.of("client_id", Secret.of("client")), List.of(), Secret.of("client")));
    }

    @Test
    void toStringHidesTheSecret() {
        assertThat(new ClientSecretPost("client", () -> List.of(Secret.of("s3cret")))
                        .candidates(ENDPOINT)
                        .toString())
                .doesNotContain("s3cret");
    }
}
