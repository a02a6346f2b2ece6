package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.config.SettingsReader;
import dev.tokensidecar.config.SidecarSettings;
import dev.tokensidecar.config.TokenSettings;
import dev.tokensidecar.oauth2.ClientAuthentication;
import dev.tokensidecar.oauth2.ClientAuthenticationParameters;
import dev.tokensidecar.testing.crypto.PrivateKeys;
import dev.tokensidecar.token.Secret;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From configuration keys to what the token endpoint receives. */
class ClientAuthenticationsTest {

    private static final URI ENDPOINT = URI.create("https://as.example/token");
    private static final String SERVER = "authorization-server.";

    @TempDir
    Path directory;

    private final Map<String, String> settings = new HashMap<>();

    @BeforeEach
    void setRequiredKeys() {
        set(SERVER + "token-endpoint", ENDPOINT.toString());
        set("client.id", "app");
        set("grant.type", "client_credentials");
    }

    @ParameterizedTest
    @CsvSource({"client_secret_post, client_secret", "client_secret_jwt, client_assertion"})
    void aSecretIsSentInTheBodyOrSignsAnAssertion(String method, String parameter) throws IOException {
        set("client.authentication-method", method);
        set("client.secret-file", file("s".repeat(32)));

        assertThat(authentication().parameters()).containsKey(parameter).containsEntry("client_id", Secret.of("app"));
    }

    @Test
    void aSecretIsSentInTheHeaderByDefault() throws IOException {
        set("client.secret-file", file("s3cret"));

        assertThat(authentication().authorization()).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "tls_client_auth", "self_signed_tls_client_auth"})
    void withoutASecretOnlyTheClientIdIsSent(String method) {
        set("client.authentication-method", method);

        assertThat(authentication().parameters()).isEqualTo(Map.of("client_id", Secret.of("app")));
    }

    @Test
    void anIssuedAssertionNeedsNoClientId() throws IOException {
        settings.remove(SettingsReader.TOKEN + "client.id");
        set("client.authentication-method", "client_assertion");
        set("client.assertion-file", file("eyJh.eyJz.c2ln"));

        assertThat(authentication().parameters())
                .containsEntry("client_assertion", Secret.of("eyJh.eyJz.c2ln"))
                .doesNotContainKey("client_id");
    }

    @Test
    void aKeySignsWithTheConfiguredAlgorithm() throws Exception {
        usePrivateKeyJwt();
        set("client.signing-algorithm", "PS256");
        set("client.key-id", "k1");

        assertThat(assertionPart(0).getMap()).isEqualTo(Map.of("alg", "PS256", "typ", "JWT", "kid", "k1"));
    }

    @ParameterizedTest
    @CsvSource({
        "token-endpoint, https://as.example/token, '', https://as.example/token",
        "issuer, https://as.example/, '', https://as.example/",
        "issuer, https://as.example/, issuer, https://as.example/",
        "issuer, https://as.example/, token_endpoint, https://as.example/token",
        "issuer, https://as.example/, urn:as, urn:as",
    })
    void theAudienceDefaultsToTheIssuer(String server, String address, String configured, String audience)
            throws Exception {
        usePrivateKeyJwt();
        settings.remove(SettingsReader.TOKEN + SERVER + "token-endpoint");
        set(SERVER + server, address);
        set("client.assertion-audience", configured);

        assertThat(assertionPart(1).getString("aud")).isEqualTo(audience);
    }

    private void usePrivateKeyJwt() throws Exception {
        set("client.authentication-method", "private_key_jwt");
        set("client.key-file", file(PrivateKeys.pem(PrivateKeys.rsa(2048))));
    }

    private void set(String key, String value) {
        settings.put(SettingsReader.TOKEN + key, value);
    }

    private String file(String content) throws IOException {
        return Files.writeString(directory.resolve("mounted"), content).toString();
    }

    private JsonObject assertionPart(int index) {
        Secret assertion = Objects.requireNonNull(authentication().parameters().get("client_assertion"));
        byte[] assertionPart = Base64.getUrlDecoder().decode(assertion.reveal().split("\\.", -1)[index]);
        return new JsonObject(new String(assertionPart, StandardCharsets.UTF_8));
    }

    private ClientAuthenticationParameters authentication() {
        var config = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(settings, "application.properties", 250))
                .build();
        TokenSettings token = Objects.requireNonNull(
                new SettingsReader(config, Map.of()).read().tokens().get(SidecarSettings.DEFAULT_TOKEN));
        ClientAuthentication authentication =
                new ClientAuthentications(InstantSource.system(), new SecureRandom()).make(token);
        return authentication.candidates(ENDPOINT).getFirst();
    }
}
