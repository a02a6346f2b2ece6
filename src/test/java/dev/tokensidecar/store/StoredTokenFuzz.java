package dev.tokensidecar.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreProblem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/** Fuzzes the content of a refresh token file, in plain text and sealed with the right key. */
public final class StoredTokenFuzz {

    private static final String NAME = "file";
    private static final List<Secret> KEY = List.of(Secret.of(
            Base64.getEncoder().encodeToString("a key of 32 bytes for the fuzzer".getBytes(StandardCharsets.UTF_8))));
    private static final KeyRing KEYS = new KeyRing(() -> KEY);
    private static final Path STORE = Path.of("/store");
    private static final StoreFileFormat SEALING = new StoreFileFormat(new Encryption(() -> KEY, true), STORE);
    private static final StoreFileFormat PLAIN = new StoreFileFormat(null, STORE);

    private StoredTokenFuzz() {}

    /** The fuzzer's entry point. */
    public static void fuzzerTestOneInput(byte[] input) {
        Object unsealed = decode(PLAIN, input);
        Object withKey = decode(SEALING, input);
        if (unsealed == StoreProblem.EMPTY
                || unsealed == StoreProblem.UNDECRYPTABLE
                || unsealed == StoreProblem.FOREIGN) {
            return;
        }
        assertThat(withKey).isEqualTo(unsealed);
        assertThat(decode(SEALING, envelope(input))).isEqualTo(unsealed);
    }

    private static byte[] envelope(byte[] content) {
        KeyRing.Sealed sealed = KEYS.seal(content, "\n" + STORE);
        return "{\"format\":2,\"store\":\"/store\",\"key_id\":\"%s\",\"nonce\":\"%s\",\"sealed\":\"%s\"}"
                .formatted(sealed.keyId(), sealed.nonce(), sealed.ciphertext())
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the token, or the problem. */
    private static Object decode(StoreFileFormat format, byte[] content) {
        try {
            StoredToken stored = format.decode(content, NAME, null);
            assertThat(stored.token().value().reveal()).isNotEmpty();
            assertThat(PLAIN.decode(PLAIN.encode(stored), NAME, null)).isEqualTo(stored);
            assertThat(SEALING.decode(SEALING.encode(stored), NAME, null)).isEqualTo(stored);
            return stored;
        } catch (StoreFailure failure) {
            assertThat(failure).hasNoCause();
            assertThat(failure.getMessage())
                    .isIn(
                            "file is empty",
                            "file has a newer format",
                            "file was encrypted for another store",
                            "file is damaged, or not a file of the sidecar",
                            "file is encrypted with an unknown key",
                            "file was altered after its encryption");
            return failure.problem();
        }
    }
}
