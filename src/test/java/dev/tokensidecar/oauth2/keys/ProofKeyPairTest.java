package dev.tokensidecar.oauth2.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tokensidecar.testing.crypto.PrivateKeys;
import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import dev.tokensidecar.token.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Map;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProofKeyPairTest {

    private static final String CLAIMS = "{\"htm\":\"GET\"}";

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void aProofShowsThePublicKeyThatVerifiesIt(ProofAlgorithm algorithm) throws Exception {
        ProofKeyPair pair = ProofKeyPair.generate(algorithm);

        JsonWebSignature proof = verified(pair.sign(CLAIMS));

        assertThat(proof.getHeader("typ")).isEqualTo("dpop+jwt");
        assertThat(proof.getAlgorithmHeaderValue()).isEqualTo(algorithm.name());
        assertThat(proof.getHeaders().getFullHeaderAsJsonString()).doesNotContain("\"d\"");
        assertThat(proof.getJwkHeader().calculateBase64urlEncodedThumbprint("SHA-256"))
                .isEqualTo(pair.thumbprint());
    }

    @ParameterizedTest
    @EnumSource
    void aStoredPairIsTheSamePair(ProofAlgorithm algorithm) throws Exception {
        ProofKeyPair pair = ProofKeyPair.generate(algorithm);

        ProofKeyPair read = ProofKeyPair.parse(pair.privateJwk());

        assertThat(read.thumbprint()).isEqualTo(pair.thumbprint());
        assertThat(verified(read.sign(CLAIMS)).getAlgorithmHeaderValue()).isEqualTo(algorithm.name());
    }

    /** One of the two square roots is right for each half of the keys. */
    @Test
    void thePublicKeyIsDerivedFromManyPrivateKeys() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertDerived(PrivateKeys.ec("secp256r1"));
            assertDerived(PrivateKeys.of("Ed25519"));
        }
    }

    private void assertDerived(KeyPair keys) throws Exception {
        assertThat(read(PrivateKeys.pem(keys), null).thumbprint()).isEqualTo(thumbprint(keys));
    }

    @Test
    void aJwkIsReadLikePem() throws Exception {
        KeyPair keys = PrivateKeys.ec("secp256r1");

        ProofKeyPair pair = read(PrivateKeys.jwk(keys, Map.of("kid", "k1", "use", "sig")), ProofAlgorithm.ES256);

        assertThat(pair.thumbprint()).isEqualTo(thumbprint(keys));
        assertThat(verified(pair.sign(CLAIMS)).getHeaders().getFullHeaderAsJsonString())
                .doesNotContain("k1")
                .doesNotContain("\"d\"");
    }

    @Test
    void otherKeysAreRejected() throws Exception {
        assertUnfit(PrivateKeys.pem(PrivateKeys.rsa(2048)));
        assertUnfit(PrivateKeys.pem(PrivateKeys.ec("secp384r1")));
        assertThatThrownBy(() -> read(PrivateKeys.pem(PrivateKeys.of("Ed25519")), ProofAlgorithm.ES256))
                .isInstanceOf(Misconfigured.class)
                .hasMessageContaining("holds an Ed25519 key, but ES256 needs an EC key on P-256");
    }

    private void assertUnfit(String pem) {
        assertThatThrownBy(() -> read(pem, null))
                .isInstanceOfSatisfying(
                        Misconfigured.class,
                        failure -> assertThat(failure.error()).isEqualTo("proof_key_unreadable"))
                .hasMessageContaining("cannot sign DPoP proofs: use a key on P-256 or an Ed25519 key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "{}", "{\"kty\":\"EC\"}", "{\"kty\":\"oct\",\"k\":\"AAAA\"}", "[]", "{\"kty\":7}"})
    void aDamagedPairIsRejectedWithoutAQuote(String text) {
        assertThatThrownBy(() -> ProofKeyPair.parse(Secret.of(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no private key for proofs")
                .hasNoCause();
    }

    @Test
    void aPublicJwkIsNoPair() throws Exception {
        String publicKey = PublicJsonWebKey.Factory.newPublicJwk(
                        PrivateKeys.ec("secp256r1").getPublic())
                .toJson();

        assertThatThrownBy(() -> ProofKeyPair.parse(Secret.of(publicKey))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theTextOfAPairHasNoPrivateKey() {
        ProofKeyPair pair = ProofKeyPair.generate(ProofAlgorithm.ES256);

        assertThat(pair).hasToString("[key pair " + pair.thumbprint() + "]");
    }

    private ProofKeyPair read(String text, @Nullable ProofAlgorithm algorithm) throws Exception {
        Path file = Files.writeString(directory.resolve("proof-key"), text);
        return new PrivateKeyFile(file, "proof key").readForProofs(algorithm);
    }

    private static String thumbprint(KeyPair keys) throws Exception {
        return PublicJsonWebKey.Factory.newPublicJwk(keys.getPublic()).calculateBase64urlEncodedThumbprint("SHA-256");
    }

    private static JsonWebSignature verified(Secret proof) throws Exception {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setCompactSerialization(proof.reveal());
        signature.setKey(signature.getJwkHeader().getPublicKey());
        assertThat(signature.verifySignature()).isTrue();
        return signature;
    }
}
