package dev.tokensidecar.oauth2;

import dev.tokensidecar.oauth2.keys.PrivateKeyFile;
import dev.tokensidecar.oauth2.keys.ServiceAccountFile;
import dev.tokensidecar.oauth2.keys.SigningAccount;
import dev.tokensidecar.oauth2.keys.SigningAlgorithm;
import dev.tokensidecar.oauth2.keys.SigningKey;
import dev.tokensidecar.token.RefreshFailure;
import org.jspecify.annotations.Nullable;

/** Who signs JWTs, and with which key. */
public sealed interface JwtSigner {

    /** Stands for the SHA-256 of the public key in the name of an issuer. */
    String PUBLIC_KEY_SHA256 = "{public_key_sha256}";

    /**
     * Reads the key anew, so that a key replaced on disk signs the next JWT. May block.
     *
     * @throws RefreshFailure.Misconfigured if there is no usable key
     */
    Identity read();

    /**
     * The signer of one JWT.
     *
     * @param issuer the {@code iss} claim
     * @param account the account that the key belongs to; null if the key does not say so
     */
    record Identity(String issuer, @Nullable String account, SigningKey key) {}

    /**
     * A private key in a file.
     *
     * @param algorithm the signature algorithm; null for the one that the key names, or else the default for its type
     * @param keyId the {@code kid}; null for the one that the key names, if any
     * @param issuer the issuer, in which {@link #PUBLIC_KEY_SHA256} stands for the public key
     */
    record KeyHolder(
            PrivateKeyFile file,
            @Nullable SigningAlgorithm algorithm,
            @Nullable String keyId,
            String issuer) implements JwtSigner {
        @Override
        public Identity read() {
            SigningKey loaded = file.read(algorithm);
            SigningKey key = new SigningKey(
                    loaded.key(), loaded.algorithm(), keyId == null ? loaded.keyId() : keyId, loaded.thumbprint());
            return new Identity(issuer(key), null, key);
        }

        private String issuer(SigningKey key) {
            return issuer.contains(PUBLIC_KEY_SHA256)
                    ? issuer.replace(PUBLIC_KEY_SHA256, key.publicKeySha256().orElseThrow(KeyHolder::unknownPublicKey))
                    : issuer;
        }

        private static RefreshFailure.Misconfigured unknownPublicKey() {
            return new RefreshFailure.Misconfigured(
                    "assertion_key_unreadable",
                    "the sidecar derives the public key for " + PUBLIC_KEY_SHA256
                            + " from RSA keys only: use an RSA key,"
                            + " or write the SHA-256 of the public key into the issuer");
        }
    }

    /** A service account, whose file names its issuer and its key. */
    record Account(ServiceAccountFile file) implements JwtSigner {
        @Override
        public Identity read() {
            SigningAccount account = file.read();
            return new Identity(account.email(), account.email(), account.key());
        }
    }
}
