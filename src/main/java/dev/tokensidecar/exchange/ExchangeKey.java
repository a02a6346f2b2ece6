package dev.tokensidecar.exchange;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The SHA-256 of everything that can change the result of an exchange. Each part has its length before it, so that no two
 * different requests have the same input: nothing can move from the end of one field to the beginning of the next.
 */
final class ExchangeKey {

    private final byte[] digest;

    private ExchangeKey(byte[] digest) {
        this.digest = digest;
    }

    static KeyDigest digest() {
        return new KeyDigest();
    }

    /** Collects the parts in a fixed order. */
    static final class KeyDigest {

        private static final int ABSENT = -1;

        private final MessageDigest sha256;

        private KeyDigest() {
            try {
                sha256 = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }

        /** Adds a text. An absent one differs from an empty one. */
        KeyDigest add(@Nullable String text) {
            update(text);
            return this;
        }

        KeyDigest add(List<String> texts) {
            update(texts.size());
            texts.forEach(this::update);
            return this;
        }

        private void update(@Nullable String text) {
            if (text == null) {
                update(ABSENT);
            } else {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                update(bytes.length);
                sha256.update(bytes);
            }
        }

        private void update(int value) {
            sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, value));
        }

        ExchangeKey build() {
            return new ExchangeKey(sha256.digest());
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ExchangeKey that && Arrays.equals(digest, that.digest);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(digest);
    }

    @Override
    public String toString() {
        return "[key]";
    }
}
