package dev.tokensidecar.oauth2.keys;

import dev.tokensidecar.oauth2.keys.SigningAlgorithm.KeyType;
import dev.tokensidecar.token.RefreshFailure;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.EnumSet;
import java.util.Set;

/**
 * The PEM files of a client certificate for TLS (RFC 8705).
 *
 * @param key the file with its private key
 * @param certificate the file with the certificate
 */
public record TlsKeyPair(Path key, Path certificate) {

    /** TLS 1.3 has signatures for no other curves, and Vert.x reads no other kinds of keys from PEM. */
    private static final Set<KeyType> USABLE = EnumSet.of(KeyType.RSA, KeyType.P_256, KeyType.P_384, KeyType.P_521);

    private static final String USABLE_NAMES = "RSA or EC (P-256, P-384, P-521)";

    /**
     * Checks that TLS can use them. May block.
     *
     * @throws RefreshFailure.Misconfigured if it cannot
     */
    public void check() {
        MountedFile file = new MountedFile(key, "client key");
        PrivateKey privateKey = new PemKey(file, USABLE_NAMES).read(file.text());
        if (KeyType.of(privateKey).filter(USABLE::contains).isEmpty()) {
            throw file.misconfigured(
                    "holds a key that cannot be used for TLS as PEM",
                    "use another kind of key, " + USABLE_NAMES
                            + ", or put an Ed25519 or Ed448 key into a PKCS#12 file (key-store.p12.path)");
        }
        new CertificateFile(certificate).requireFor(privateKey);
    }
}
