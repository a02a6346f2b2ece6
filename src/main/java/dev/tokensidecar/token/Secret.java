package dev.tokensidecar.token;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * A credential: an access token, a refresh token, a client secret.
 *
 * <p>It has no getter, is no record and is not {@link java.io.Serializable}, so that neither a log statement nor a
 * JSON mapper nor Java serialisation can show it by accident. Code that needs the text calls {@link #reveal()}.
 */
public final class Secret {

    private final String text;

    private Secret(String text) {
        this.text = text;
    }

    /**
     * Wraps a credential.
     *
     * @throws IllegalArgumentException if the text is empty: an empty credential is never meant
     */
    public static Secret of(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("a secret must not be empty");
        }
        return new Secret(text);
    }

    /** Returns the text. For the wire and for storage; never for a message, a label or a log line. */
    public String reveal() {
        return text;
    }

    /** Compares in constant time. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Secret that && MessageDigest.isEqual(bytes(text), bytes(that.text));
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return "[secret]";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
