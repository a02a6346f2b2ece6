package dev.tokensidecar.store;

import dev.tokensidecar.token.Secret;
import java.util.List;
import java.util.function.Supplier;

/**
 * How the file of a store is encrypted.
 *
 * @param keys the keys as they are now, the newest first
 * @param acceptPlainText whether a file in plain text is read until it has been encrypted, to switch encryption on
 */
public record Encryption(Supplier<List<Secret>> keys, boolean acceptPlainText) {}
