package dev.tokensidecar.oauth2.keys;

import dev.tokensidecar.token.RefreshFailure;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;

/** Reads a private key from PEM text (RFC 7468), in the three formats that tools write. */
final class PemKey {

    private static final String PRIVATE = "PRIVATE KEY";
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private final MountedFile file;
    private final String usable;

    /** @param usable the kinds of keys that are of use, for messages */
    PemKey(MountedFile file, String usable) {
        this.file = file;
        this.usable = usable;
    }

    /** Returns the first private key; ignores other blocks, such as its certificate. */
    PrivateKey read(String text) {
        List<PemBlock> blocks = PemBlock.in(text);
        PemBlock block = blocks.stream()
                .filter(each -> each.label().endsWith(PRIVATE))
                .findFirst()
                .orElseThrow(() -> noPrivateKey(blocks));
        if (block.encrypted()) {
            throw file.misconfigured("holds an encrypted key", "store the key without a passphrase");
        }
        try {
            return key(pkcs8(block));
        } catch (GeneralSecurityException | RuntimeException unusable) {
            // Drops the cause on purpose: its message may describe the key. Truncated keys break decoders in many ways.
            throw file.misconfigured(
                    "holds a private key that cannot be used",
                    "store the whole key, as PKCS#8, PKCS#1 or SEC 1: " + usable);
        }
    }

    private RefreshFailure.Misconfigured noPrivateKey(List<PemBlock> blocks) {
        return blocks.isEmpty()
                ? file.misconfigured("holds neither PEM nor a JWK", "put the private key into it as PEM or JWK")
                : file.misconfigured(
                        "holds no private key, only a public key or a certificate", "use the private key of the pair");
    }

    private static byte[] pkcs8(PemBlock block) {
        return switch (block.label()) {
            case "RSA PRIVATE KEY" -> Pkcs8.ofPkcs1(block.content());
            case "EC PRIVATE KEY" -> Pkcs8.ofSec1(block.content());
            default -> block.content();
        };
    }

    /** Tries one algorithm after the other, because the JDK cannot tell which one a key is for. */
    private static PrivateKey key(byte[] pkcs8) throws GeneralSecurityException {
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException mismatch) {
                // Tries the next algorithm.
            }
        }
        throw new InvalidKeySpecException();
    }
}
