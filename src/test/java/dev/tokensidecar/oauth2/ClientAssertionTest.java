package dev.tokensidecar.oauth2;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tokensidecar.oauth2.ClientAuthentication.ClientSecretJwt;
import dev.tokensidecar.oauth2.ClientAuthentication.IssuedAssertion;
import dev.tokensidecar.oauth2.ClientAuthentication.PrivateKeyJwt;
import dev.tokensidecar.oauth2.keys.CertificateFile;
import dev.tokensidecar.oauth2.keys.PrivateKeyFile;
import dev.tokensidecar.oauth2.keys.SecretSource;
import dev.tokensidecar.oauth2.keys.SigningAlgorithm;
import dev.tokensidecar.oauth2.keys.SigningKey;
import dev.tokensidecar.testing.crypto.CertificateAuthority;
import dev.tokensidecar.testing.crypto.PrivateKeys;
import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import dev.tokensidecar.token.Secret;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Verifies assertions as a server does, by the JDK alone. */
class ClientAssertionTest {

    private static final URI ENDPOINT = URI.create("https://as.example/token?tenant=1");
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.9Z");
    private static final Secret SECRET = Secret.of("0123456789abcdef".repeat(4));

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"HS256, HmacSHA256", "HS384, HmacSHA384", "HS512, HmacSHA512"})
    void theSignatureWithASecretVerifies(SigningAlgorithm algorithm, String jdkName) throws Exception {
        Jwt jwt = Jwt.in(only(new ClientSecretJwt(() -> List.of(SECRET), algorithm, assertion(null))));

        Mac mac = Mac.getInstance(jdkName);
        mac.init(new SecretKeySpec(SECRET.reveal().getBytes(UTF_8), jdkName));
        assertThat(jwt.signature()).isEqualTo(mac.doFinal(jwt.signed()));
        assertThat(jwt.header().getMap()).isEqualTo(Map.of("alg", algorithm.name(), "typ", "JWT"));
    }

    @ParameterizedTest
    @CsvSource({
        "RS256, RSA, SHA256withRSA",
        "RS384, RSA, SHA384withRSA",
        "RS512, RSA, SHA512withRSA",
        "PS256, RSA, SHA-256",
        "PS384, RSA, SHA-384",
        "PS512, RSA, SHA-512",
        "ES256, secp256r1, SHA256withECDSAinP1363Format",
        "ES384, secp384r1, SHA384withECDSAinP1363Format",
        "ES512, secp521r1, SHA512withECDSAinP1363Format",
        "EdDSA, Ed25519, Ed25519",
    })
    void theSignatureVerifiesWithThePublicKey(String algorithm, String kind, String jdkName) throws Exception {
        KeyPair keys = keys(kind);
        SigningAlgorithm signingAlgorithm = SigningAlgorithm.valueOf(algorithm);

        Jwt jwt = Jwt.in(only(key(PrivateKeys.pem(keys), signingAlgorithm, null, null)));

        Signature verifier = verifier(jdkName);
        verifier.initVerify(keys.getPublic());
        verifier.update(jwt.signed());
        assertThat(verifier.verify(jwt.signature())).isTrue();
        assertThat(jwt.header().getMap()).isEqualTo(Map.of("alg", algorithm, "typ", "JWT"));
    }

    @ParameterizedTest
    @CsvSource({
        "RSA, RS256",
        "secp256r1, ES256",
        "secp384r1, ES384",
        "secp521r1, ES512",
        "Ed25519, EdDSA",
    })
    void theKeyTypeDeterminesTheDefaultAlgorithm(String kind, String algorithm) throws Exception {
        Jwt jwt = Jwt.in(only(key(PrivateKeys.pem(keys(kind)), null, null, null)));

        assertThat(jwt.header().getString("alg")).isEqualTo(algorithm);
    }

    @Test
    void theClaimsNameTheClientAndLastOneMinute() throws Exception {
        JsonObject claims = Jwt.in(only(secretJwt(null))).claims();

        assertThat(claims.fieldNames()).containsExactlyInAnyOrder("iss", "sub", "aud", "jti", "iat", "exp");
        assertThat(claims.getString("iss")).isEqualTo("app");
        assertThat(claims.getString("sub")).isEqualTo("app");
        assertThat(claims.getString("aud")).isEqualTo(ENDPOINT.toString());
        assertThat(claims.getLong("iat")).isEqualTo(NOW.getEpochSecond());
        assertThat(claims.getLong("exp")).isEqualTo(NOW.getEpochSecond() + 60);
    }

    @Test
    void theAudienceIsConfigurable() throws Exception {
        assertThat(Jwt.in(only(secretJwt("https://as.example"))).claims().getString("aud"))
                .isEqualTo("https://as.example");
    }

    @Test
    void noTwoAssertionsAreTheSame() throws Exception {
        ClientSecretJwt authentication = secretJwt(null);
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            ids.add(Jwt.in(only(authentication)).claims().getString("jti"));
        }

        assertThat(ids).hasSize(100).allMatch(id -> id.length() == 22);
    }

    @Test
    void theFormHasTheAssertionItsTypeAndTheClientId() {
        ClientAuthenticationParameters parameters = only(secretJwt(null));

        assertThat(parameters.authorization()).isNull();
        assertThat(parameters.parameters())
                .containsOnlyKeys("client_id", "client_assertion_type", "client_assertion")
                .containsEntry("client_id", Secret.of("app"))
                .containsEntry(
                        "client_assertion_type", Secret.of("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
        assertThat(parameters.secrets()).containsExactly(parameters.parameters().get("client_assertion"));
    }

    @Test
    void bothSecretsOfARotationSign() {
        ClientSecretJwt rotating = new ClientSecretJwt(
                () -> List.of(SECRET, Secret.of("f".repeat(32))), SigningAlgorithm.HS256, assertion(null));

        assertThat(rotating.candidates(ENDPOINT)).hasSize(2).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @CsvSource({"HS256, 32", "HS384, 48", "HS512, 64"})
    void aSecretThatIsTooShortIsRejected(SigningAlgorithm algorithm, int minBytes) {
        SecretSource tooShort = () -> List.of(Secret.of("s".repeat(minBytes - 1)));

        Misconfigured failure = catchThrowableOfType(
                Misconfigured.class, () -> only(new ClientSecretJwt(tooShort, algorithm, assertion(null))));

        assertThat(failure.error()).isEqualTo("client_secret_unreadable");
        assertThat(failure.detail()).contains("shorter than the " + minBytes + " bytes that " + algorithm + " needs");
    }

    @Test
    void aJwkSuppliesKeyIdAndAlgorithm() throws Exception {
        String jwk = PrivateKeys.jwk(keys("RSA"), Map.of("kid", "2026-03", "alg", "PS384"));

        assertThat(Jwt.in(only(key(jwk, null, null, null))).header().getMap())
                .isEqualTo(Map.of("alg", "PS384", "typ", "JWT", "kid", "2026-03"));
        assertThat(Jwt.in(only(key(jwk, SigningAlgorithm.RS512, "other", null)))
                        .header()
                        .getMap())
                .isEqualTo(Map.of("alg", "RS512", "typ", "JWT", "kid", "other"));
    }

    @Test
    void theCertificateIsNamedByItsThumbprint() throws Exception {
        Path pem = CertificateAuthority.make(directory, "authority").pem();

        Jwt jwt = Jwt.in(only(key(PrivateKeys.pem(keys("RSA")), null, null, new CertificateFile(pem))));

        byte[] certificate = CertificateFactory.getInstance("X.509")
                .generateCertificate(Files.newInputStream(pem))
                .getEncoded();
        assertThat(jwt.header().getString("x5t#S256"))
                .isEqualTo(base64(MessageDigest.getInstance("SHA-256").digest(certificate)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nothing at all",
                "-----BEGIN CERTIFICATE-----AAAA-----END CERTIFICATE-----",
                "-----BEGIN CERTIFICATE-----=-----END CERTIFICATE-----"
            })
    void aFileWithoutACertificateIsRejected(String content) throws Exception {
        Path file = Files.writeString(directory.resolve("tls.crt"), content);

        Misconfigured failure = catchThrowableOfType(Misconfigured.class, () -> new CertificateFile(file).thumbprint());

        assertThat(failure.error()).isEqualTo("client_certificate_unreadable");
        assertThat(failure.detail()).contains("holds no PEM certificate: ");
    }

    @Test
    void aKeyReplacedOnDiskSignsTheNextAssertion() throws Exception {
        PrivateKeyJwt authentication = key(PrivateKeys.jwk(keys("Ed25519"), Map.of("kid", "old")), null, null, null);
        ClientAuthenticationParameters before = only(authentication);
        assertThat(Jwt.in(before).header().getString("kid")).isEqualTo("old");

        Files.writeString(keyFile(), PrivateKeys.jwk(keys("Ed25519"), Map.of("kid", "new")));

        ClientAuthenticationParameters after = only(authentication);
        assertThat(Jwt.in(after).header().getString("kid")).isEqualTo("new");
        assertThat(after.origin()).isNotEqualTo(before.origin());
    }

    @Test
    void theOriginDistinguishesKeysAndNotAssertions() throws Exception {
        String keys = PrivateKeys.pem(keys("Ed25519"));
        Secret origin = only(key(keys, null, null, null)).origin();

        assertThat(only(key(keys, null, null, null)).origin()).isEqualTo(origin);
        assertThat(only(key(keys, null, "named", null)).origin()).isNotEqualTo(origin);
        assertThat(only(key(PrivateKeys.pem(keys("Ed25519")), null, null, null)).origin())
                .isNotEqualTo(origin);
    }

    @Test
    void anIssuedAssertionIsPassedOnUnchanged() {
        Secret token = Secret.of("eyJh.eyJz.c2ln");

        ClientAuthenticationParameters anonymous = only(new IssuedAssertion(null, () -> List.of(token)));

        assertThat(anonymous.parameters())
                .containsOnlyKeys("client_assertion_type", "client_assertion")
                .containsEntry("client_assertion", token);
        assertThat(anonymous.secrets()).containsExactly(token);
        assertThat(only(new IssuedAssertion("app", () -> List.of(token))).parameters())
                .containsEntry("client_id", Secret.of("app"));
    }

    @Test
    void toStringHidesKeys() throws Exception {
        PrivateKeyJwt authentication = key(PrivateKeys.pem(keys("RSA")), null, null, null);
        SigningKey key = authentication.key().read(null);
        ClientAuthenticationParameters parameters = only(authentication);

        assertThat(key).hasToString("[signing key]");
        assertThat(parameters.toString()).doesNotContain(Jwt.in(parameters).text());
    }

    private PrivateKeyJwt key(
            String content,
            @Nullable SigningAlgorithm algorithm,
            @Nullable String keyId,
            @Nullable CertificateFile certificate)
            throws Exception {
        PrivateKeyFile file = new PrivateKeyFile(Files.writeString(keyFile(), content));
        return new PrivateKeyJwt(file, algorithm, keyId, certificate, assertion(null));
    }

    private Path keyFile() {
        return directory.resolve("tls.key");
    }

    private static ClientSecretJwt secretJwt(@Nullable String audience) {
        return new ClientSecretJwt(() -> List.of(SECRET), SigningAlgorithm.HS256, assertion(audience));
    }

    private static ClientAssertion assertion(@Nullable String audience) {
        return new ClientAssertion("app", audience, InstantSource.fixed(NOW), new SecureRandom());
    }

    private static ClientAuthenticationParameters only(ClientAuthentication authentication) {
        List<ClientAuthenticationParameters> alternatives = authentication.candidates(ENDPOINT);
        assertThat(alternatives).hasSize(1);
        return alternatives.getFirst();
    }

    private static KeyPair keys(String kind) throws Exception {
        return switch (kind) {
            case "RSA" -> PrivateKeys.rsa(2048);
            case "Ed25519" -> PrivateKeys.of(kind);
            default -> PrivateKeys.ec(kind);
        };
    }

    private static Signature verifier(String jdkName) throws Exception {
        if (!jdkName.startsWith("SHA-")) {
            return Signature.getInstance(jdkName);
        }
        Signature pss = Signature.getInstance("RSASSA-PSS");
        int salt = Integer.parseInt(jdkName.substring("SHA-".length())) / Byte.SIZE;
        pss.setParameter(new PSSParameterSpec(jdkName, "MGF1", new MGF1ParameterSpec(jdkName), salt, 1));
        return pss;
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private record Jwt(String text) {

        static Jwt in(ClientAuthenticationParameters parameters) {
            return new Jwt(parameters.secrets().getFirst().reveal());
        }

        JsonObject header() {
            return new JsonObject(new String(part(0), UTF_8));
        }

        JsonObject claims() {
            return new JsonObject(new String(part(1), UTF_8));
        }

        byte[] signature() {
            return part(2);
        }

        byte[] signed() {
            return text.substring(0, text.lastIndexOf('.')).getBytes(US_ASCII);
        }

        private byte[] part(int index) {
            return Base64.getUrlDecoder().decode(text.split("\\.", -1)[index]);
        }
    }
}
