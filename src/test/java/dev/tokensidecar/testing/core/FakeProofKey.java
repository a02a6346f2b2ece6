package dev.tokensidecar.testing.core;

import dev.tokensidecar.token.BoundKey;
import dev.tokensidecar.token.ProofKey;
import dev.tokensidecar.token.Secret;
import org.jspecify.annotations.Nullable;

/** A key whose proofs are readable: {@code name method address nonce token}. */
public record FakeProofKey(BoundKey bound) implements ProofKey {

    /** Creates a key that stores keep. */
    public static FakeProofKey named(String name) {
        return new FakeProofKey(new BoundKey(name, Secret.of("private-key-of-" + name)));
    }

    @Override
    public Secret prove(String method, String address, @Nullable String nonce, @Nullable Secret accessToken) {
        return Secret.of(bound.thumbprint() + " " + method + " " + address + " " + nonce + " "
                + (accessToken == null ? null : accessToken.reveal()));
    }
}
