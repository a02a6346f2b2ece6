package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.config.SettingsReader;
import dev.tokensidecar.config.SidecarSettings;
import dev.tokensidecar.config.TokenSettings;
import dev.tokensidecar.oauth2.SelfSignedTokens;
import dev.tokensidecar.testing.crypto.PrivateKeys;
import dev.tokensidecar.testing.crypto.ServiceAccountKey;
import dev.tokensidecar.token.TokenResponse;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.jwt.consumer.JwtContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** With the preset of its vendor and the keys in {@code provider-assertions.txt}, the sidecar signs what that file shows. */
class ProviderAssertionsTest {

    private static final Path FILE = Path.of("src", "test", "resources", "provider-assertions.txt");

    /** What the sidecar adds, and no vendor forbids: an id for a single use, and the time of the signature. */
    private static final Set<String> FURTHER = Set.of("jti", "iat");

    /** Differ from run to run. */
    private static final Set<String> VARYING = Set.of("jti", "iat", "exp", "iss");

    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

    private final KeyPair keys;
    private final Path directory;

    ProviderAssertionsTest(@TempDir Path directory) throws Exception {
        this.directory = directory;
        keys = PrivateKeys.rsa(2048);
    }

    /**
     * An assertion as a page of the vendor shows it.
     *
     * @param settings the keys, without their prefix
     */
    record Recorded(
            String provider, String source, Map<String, String> settings, JsonObject header, JsonObject claims) {

        static Recorded of(String block) {
            List<String> lines = block.lines().toList();
            Map<String, String> settings = new HashMap<>();
            lines.subList(2, lines.size() - 2).stream()
                    .map(line -> line.split("=", 2))
                    .forEach(pair -> settings.put(pair[0], pair[1]));
            return new Recorded(
                    lines.getFirst(),
                    lines.get(1).substring("# ".length()),
                    settings,
                    new JsonObject(lines.get(lines.size() - 2)),
                    new JsonObject(lines.getLast()));
        }

        @Override
        public String toString() {
            return provider + " (" + source + ")";
        }
    }

    static List<Recorded> assertions() throws IOException {
        return Arrays.stream(Files.readString(FILE).split("\n\n", -1))
                .skip(1)
                .map(block -> Recorded.of(block.strip()))
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("assertions")
    void theSidecarSignsWhatTheVendorShows(Recorded recorded) throws Exception {
        JwtContext jwt = signed(recorded);

        Map<String, Object> claims = jwt.getJwtClaims().getClaimsMap();
        assertThat(claims.keySet())
                .containsAll(recorded.claims().fieldNames())
                .allMatch(name -> recorded.claims().containsKey(name) || FURTHER.contains(name));
        assertThat(claims)
                .allSatisfy((name, value) -> assertThat(VARYING.contains(name)
                                || value.equals(recorded.claims().getValue(name)))
                        .as(name)
                        .isTrue());
        assertThat(jwt.getJwtClaims().getIssuer())
                .isEqualTo(recorded.claims().getString("iss").replace("<public key>", fingerprint()));
        assertThat(new JsonObject(jwt.getJoseObjects().getFirst().getHeaders().getFullHeaderAsJsonString()))
                .isEqualTo(recorded.header().copy().put("typ", "JWT"));
    }

    /** The time from the clock of the server to {@code exp} that the vendor allows. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("assertions")
    void theLifetimeIsWithinTheLimitOfTheVendor(Recorded recorded) throws Exception {
        Duration limit = switch (recorded.provider()) {
            case "box" -> Duration.ofSeconds(60);
            case "salesforce_jwt" -> Duration.ofMinutes(3);
            case "github_app" -> Duration.ofMinutes(10);
            default -> Duration.ofHours(1);
        };

        assertThat(signed(recorded).getJwtClaims().getExpirationTime().getValue() - NOW.getEpochSecond())
                .isBetween(45L, limit.toSeconds());
    }

    @Test
    void eachVendorHasAnAssertion() throws IOException {
        assertThat(assertions())
                .extracting(Recorded::provider)
                .containsExactlyInAnyOrder(
                        "google_service_account",
                        "google_service_account",
                        "salesforce_jwt",
                        "box",
                        "docusign",
                        "snowflake",
                        "github_app");
    }

    private JwtContext signed(Recorded recorded) throws Exception {
        return new JwtConsumerBuilder()
                .setVerificationKey(keys.getPublic())
                .setSkipDefaultAudienceValidation()
                .setEvaluationTime(NumericDate.fromSeconds(NOW.getEpochSecond()))
                .build()
                .process(jwt(settings(recorded)));
    }

    private static String jwt(TokenSettings settings) {
        SignedJwts signed = new SignedJwts(InstantSource.fixed(NOW), new SecureRandom());
        if (settings.grant().type() != TokenSettings.GrantType.SELF_SIGNED) {
            return signed.assertion(settings).next().reveal();
        }
        TokenResponse token = (TokenResponse) new SelfSignedTokens(signed.accessToken(settings), Runnable::run)
                .requestInitialGrant()
                .await()
                .indefinitely();
        return token.accessToken().reveal();
    }

    private TokenSettings settings(Recorded recorded) throws IOException {
        Map<String, String> settings = new HashMap<>();
        settings.put(SettingsReader.TOKEN + "provider", recorded.provider());
        for (Map.Entry<String, String> setting : recorded.settings().entrySet()) {
            settings.put(SettingsReader.TOKEN + setting.getKey(), setting.getValue());
        }
        settings.computeIfPresent(
                SettingsReader.TOKEN + "grant.assertion.key-file", (key, name) -> write(name, PrivateKeys.pem(keys)));
        settings.computeIfPresent(
                SettingsReader.TOKEN + "grant.assertion.service-account-file",
                (key, name) -> write(
                        name,
                        ServiceAccountKey.json(
                                recorded.claims().getString("iss"),
                                recorded.header().getString("kid"),
                                keys)));
        var config = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(settings, "application.properties", 250))
                .build();
        return Objects.requireNonNull(
                new SettingsReader(config, Map.of()).read().tokens().get(SidecarSettings.DEFAULT_TOKEN));
    }

    private String write(String name, String content) {
        try {
            return Files.writeString(directory.resolve(name), content).toString();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String fingerprint() throws Exception {
        return Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256")
                        .digest(keys.getPublic().getEncoded()));
    }
}
