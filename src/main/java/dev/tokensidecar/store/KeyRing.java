package dev.tokensidecar.store;

import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreProblem;
import dev.tokensidecar.token.TokenHash;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Seals content with AES-256-GCM (NIST SP 800-38D), with a new nonce each time. Seals with the first key and opens with any
 * of them: after a new key is put first, the next save uses it.
 */
public final class KeyRing {

    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int ID_DIGITS = 8;

    private final @Nullable Supplier<List<Secret>> keys;
    private final SecureRandom random = new SecureRandom();

    /** @param keys reads the current keys, the newest first; null to write plain text */
    public KeyRing(@Nullable Supplier<List<Secret>> keys) {
        this.keys = keys;
    }

    /**
     * Sealed content.
     *
     * @param keyId the first digits of the key's SHA-256
     * @param nonce the nonce in Base64
     * @param ciphertext the ciphertext in Base64, with the tag at its end
     */
    public record Sealed(String keyId, String nonce, String ciphertext) {}

    /** Whether there are keys, so that content has to be sealed. */
    public boolean canSeal() {
        return keys != null;
    }

    /**
     * Seals with the newest key.
     *
     * @param context authenticated but not stored; opening needs the same context
     * @throws StoreFailure if there is no usable key
     */
    public Sealed seal(byte[] content, String context) {
        Secret key = current().getFirst();
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce, context).doFinal(content);
            Base64.Encoder base64 = Base64.getEncoder();
            return new Sealed(id(key), base64.encodeToString(nonce), base64.encodeToString(sealed));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-GCM", e);
        }
    }

    /**
     * Opens with whichever key has sealed the content.
     *
     * @throws StoreFailure if none of the keys has, or if the content was altered
     */
    public byte[] open(Sealed sealed, String context, String name) {
        List<Secret> candidates = current().stream()
                .filter(candidate -> id(candidate).equals(sealed.keyId()))
                .toList();
        if (candidates.isEmpty()) {
            throw new StoreFailure(StoreProblem.UNDECRYPTABLE, name + " is encrypted with an unknown key");
        }
        return candidates.stream()
                .map(key -> opened(sealed, key, context))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> new StoreFailure(StoreProblem.DAMAGED, name + " was altered after its encryption"));
    }

    /** Empty if this key did not seal the content: an id has so few digits that two keys may share it. */
    private static Optional<byte[]> opened(Sealed sealed, Secret key, String context) {
        Base64.Decoder base64 = Base64.getDecoder();
        try {
            return Optional.of(cipher(Cipher.DECRYPT_MODE, key, base64.decode(sealed.nonce()), context)
                    .doFinal(base64.decode(sealed.ciphertext())));
        } catch (GeneralSecurityException altered) {
            return Optional.empty();
        }
    }

    private List<Secret> current() {
        try {
            return keys == null ? List.of() : keys.get();
        } catch (RefreshFailure e) {
            throw new StoreFailure(StoreProblem.UNDECRYPTABLE, e.detail());
        }
    }

    private static Cipher cipher(int mode, Secret key, byte[] nonce, String context) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(bytes(key), "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD((id(key) + context).getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    /** @throws StoreFailure if the text is not a key */
    static void requireKey(Secret key) {
        var unused = bytes(key);
    }

    private static byte[] bytes(Secret key) {
        try {
            byte[] bytes = Base64.getDecoder().decode(key.reveal());
            if (bytes.length == KEY_BYTES) {
                return bytes;
            }
        } catch (IllegalArgumentException notBase64) {
            // the same failure as for a key of another length
        }
        throw new StoreFailure(
                StoreProblem.UNDECRYPTABLE,
                "store.encryption-key-file must hold 32 random bytes in Base64, as openssl rand -base64 32"
                        + " prints them");
    }

    private static String id(Secret key) {
        return TokenHash.of(key).reveal().substring(0, ID_DIGITS);
    }
}
