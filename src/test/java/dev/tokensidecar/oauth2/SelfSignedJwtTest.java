package dev.tokensidecar.oauth2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tokensidecar.oauth2.SelfSignedJwt.Claims;
import dev.tokensidecar.oauth2.SelfSignedJwt.Use;
import dev.tokensidecar.oauth2.keys.PrivateKeyFile;
import dev.tokensidecar.oauth2.keys.ServiceAccountFile;
import dev.tokensidecar.oauth2.keys.SigningAlgorithm;
import dev.tokensidecar.testing.crypto.PrivateKeys;
import dev.tokensidecar.testing.crypto.ServiceAccountKey;
import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.jwt.consumer.JwtContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Verifies each JWT as a server does, with the public key. */
class SelfSignedJwtTest {

    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00.9Z");
    private static final String EMAIL = "orders@p.iam.gserviceaccount.com";

    @TempDir
    Path directory;

    @Test
    void anAssertionHasTheConfiguredClaimsAndAnId() throws Exception {
        KeyPair keys = PrivateKeys.rsa(2048);
        Claims claims = new Claims(
                Use.ASSERTION,
                "alice",
                "https://as.example/token",
                "read write",
                Map.of("box_sub_type", "enterprise"),
                Duration.ofSeconds(45),
                Duration.ofSeconds(30));

        JwtContext jwt = verify(signed(signer(keys, null, "k1", "orders"), claims), keys.getPublic());

        Map<String, Object> read = jwt.getJwtClaims().getClaimsMap();
        assertThat(read)
                .containsEntry("iss", "orders")
                .containsEntry("sub", "alice")
                .containsEntry("aud", "https://as.example/token")
                .containsEntry("scope", "read write")
                .containsEntry("box_sub_type", "enterprise")
                .containsEntry("iat", NOW.getEpochSecond() - 30)
                .containsEntry("exp", NOW.getEpochSecond() + 45)
                .containsOnlyKeys("iss", "sub", "aud", "scope", "box_sub_type", "iat", "exp", "jti");
        assertThat(jwt.getJwtClaims().getJwtId()).hasSize(22);
        assertThat(jwt.getJoseObjects().getFirst().getHeaders().getFullHeaderAsJsonString())
                .isEqualTo("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"k1\"}");
    }

    @Test
    void aBearerTokenHasNoIdAndNoClaimThatNobodyConfigured() throws Exception {
        KeyPair keys = PrivateKeys.rsa(2048);

        JwtContext jwt = verify(signed(signer(keys, null, null, "Iv1.4711"), bearer(null)), keys.getPublic());

        assertThat(jwt.getJwtClaims().getClaimsMap()).containsOnlyKeys("iss", "iat", "exp");
    }

    @ParameterizedTest
    @CsvSource({"RSA, PS512", "RSA, RS256", "secp384r1, ES384", "Ed25519, EdDSA"})
    void everyKindOfKeySigns(String kind, SigningAlgorithm algorithm) throws Exception {
        KeyPair keys = keys(kind);

        JwtContext jwt = verify(signed(signer(keys, algorithm, null, "orders"), bearer("alice")), keys.getPublic());

        assertThat(jwt.getJoseObjects().getFirst().getAlgorithmHeaderValue()).isEqualTo(algorithm.name());
    }

    @Test
    void noTwoAssertionsAreTheSame() throws Exception {
        JwtSigner signer = signer(PrivateKeys.rsa(2048), null, null, "orders");
        Claims claims = new Claims(Use.ASSERTION, "a", "b", null, Map.of(), Duration.ofMinutes(1), Duration.ZERO);

        assertThat(signed(signer, claims).value())
                .isNotEqualTo(signed(signer, claims).value());
    }

    /** {@code exp} has whole seconds, so the token ends a little earlier than after the configured time. */
    @Test
    void theLifetimeEndsWithTheExpiryInTheToken() throws Exception {
        SelfSignedJwt.Signed signed = signed(signer(PrivateKeys.rsa(2048), null, null, "orders"), bearer("alice"));

        assertThat(signed.lifetime()).isEqualTo(Duration.ofHours(1).minusMillis(900));
    }

    @Test
    void theIssuerMayContainTheFingerprintOfThePublicKey() throws Exception {
        KeyPair keys = PrivateKeys.rsa(2048);
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(keys.getPublic().getEncoded());

        JwtContext jwt = verify(
                signed(
                        signer(keys, null, null, "ORG-ACCOUNT.USER.SHA256:{public_key_sha256}"),
                        bearer("ORG-ACCOUNT.USER")),
                keys.getPublic());

        assertThat(jwt.getJwtClaims().getIssuer())
                .isEqualTo("ORG-ACCOUNT.USER.SHA256:" + Base64.getEncoder().encodeToString(digest));
    }

    @Test
    void aFingerprintOfAnotherKindOfKeyIsExplained() throws Exception {
        JwtSigner signer = signer(PrivateKeys.ec("secp256r1"), null, null, "a.{public_key_sha256}");

        Misconfigured failure = catchThrowableOfType(Misconfigured.class, () -> signed(signer, bearer("alice")));

        assertThat(failure.error()).isEqualTo("assertion_key_unreadable");
        assertThat(failure.detail()).contains("from RSA keys only: use an RSA key, or write the SHA-256");
    }

    @Test
    void aServiceAccountSignsForItselfOrForAUser() throws Exception {
        KeyPair keys = PrivateKeys.rsa(2048);
        JwtSigner account = new JwtSigner.Account(new ServiceAccountFile(
                Files.writeString(directory.resolve("account.json"), ServiceAccountKey.json(EMAIL, "k1", keys))));
        Claims forItself = new Claims(
                Use.ASSERTION, null, "https://as.example", "s", Map.of(), Duration.ofMinutes(1), Duration.ZERO);

        JwtContext assertion = verify(signed(account, forItself), keys.getPublic());
        JwtContext token = verify(signed(account, bearer(null)), keys.getPublic());
        JwtContext delegated = verify(signed(account, bearer("alice@example.com")), keys.getPublic());

        assertThat(assertion.getJwtClaims().getIssuer()).isEqualTo(EMAIL);
        assertThat(assertion.getJwtClaims().getSubject()).isNull();
        assertThat(token.getJwtClaims().getSubject()).isEqualTo(EMAIL);
        assertThat(delegated.getJwtClaims().getSubject()).isEqualTo("alice@example.com");
        assertThat(token.getJoseObjects().getFirst().getKeyIdHeaderValue()).isEqualTo("k1");
    }

    @Test
    void aKeyReplacedOnDiskSignsTheNextToken() throws Exception {
        JwtSigner signer = signer(PrivateKeys.rsa(2048), null, null, "orders");
        KeyPair next = PrivateKeys.of("Ed25519");
        assertThat(signed(signer, bearer("alice"))).isNotNull();

        writeKey(next);

        assertThat(verify(signed(signer, bearer("alice")), next.getPublic())).isNotNull();
    }

    @Test
    void anUnreadableKeyIsExplainedAndNotShown() throws Exception {
        JwtSigner signer = signer(PrivateKeys.rsa(2048), null, null, "orders");
        Files.writeString(keyFile(), "hunter2");

        Misconfigured failure = catchThrowableOfType(Misconfigured.class, () -> signed(signer, bearer("alice")));

        assertThat(failure.error()).isEqualTo("assertion_key_unreadable");
        assertThat(failure.detail())
                .startsWith("the assertion key file " + keyFile() + " holds neither PEM nor a JWK")
                .doesNotContain("hunter2");
    }

    @Test
    void toStringHidesKeysAndTokens() throws Exception {
        JwtSigner signer = signer(PrivateKeys.rsa(2048), null, null, "orders");
        SelfSignedJwt.Signed signed = signed(signer, bearer("alice"));

        assertThat(signed.toString()).doesNotContain(signed.value().reveal());
        assertThat(signer.read().toString()).contains("[signing key]").doesNotContain("RSA");
    }

    private static Claims bearer(@Nullable String subject) {
        return new Claims(Use.BEARER, subject, null, null, Map.of(), Duration.ofHours(1), Duration.ZERO);
    }

    private static SelfSignedJwt.Signed signed(JwtSigner signer, Claims claims) {
        return new SelfSignedJwt(signer, claims, InstantSource.fixed(NOW), new SecureRandom()).sign();
    }

    private JwtSigner signer(KeyPair keys, @Nullable SigningAlgorithm algorithm, @Nullable String keyId, String issuer)
            throws IOException {
        writeKey(keys);
        return new JwtSigner.KeyHolder(new PrivateKeyFile(keyFile(), "assertion key"), algorithm, keyId, issuer);
    }

    private void writeKey(KeyPair keys) throws IOException {
        Files.writeString(keyFile(), PrivateKeys.pem(keys));
    }

    private Path keyFile() {
        return directory.resolve("private-key.pem");
    }

    private static KeyPair keys(String kind) throws Exception {
        return switch (kind) {
            case "RSA" -> PrivateKeys.rsa(2048);
            case "Ed25519" -> PrivateKeys.of(kind);
            default -> PrivateKeys.ec(kind);
        };
    }

    private static JwtContext verify(SelfSignedJwt.Signed signed, PublicKey key) throws InvalidJwtException {
        return new JwtConsumerBuilder()
                .setVerificationKey(key)
                .setSkipDefaultAudienceValidation()
                .setRequireExpirationTime()
                .setRequireIssuedAt()
                .setEvaluationTime(NumericDate.fromSeconds(NOW.getEpochSecond()))
                .build()
                .process(signed.value().reveal());
    }
}
