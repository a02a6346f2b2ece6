package dev.tokensidecar.store;

import dev.tokensidecar.token.Secret;
import java.util.List;
import java.util.function.Supplier;

/**
 * Encryption of a store's file.
 *
 * @param keys reads the current keys, the newest first
 * @param acceptPlainText whether to read a file in plain text until it has been encrypted, for switching encryption on
 */
public record Encryption(Supplier<List<Secret>> keys, boolean acceptPlainText) {

    /**
     * Checks that the keys can be read and used. May block.
     *
     * @throws StoreFailure if one of them is no key
     */
    public void check() {
        keys.get().forEach(KeyRing::requireKey);
    }
}
