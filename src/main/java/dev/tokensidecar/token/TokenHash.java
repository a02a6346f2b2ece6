package dev.tokensidecar.token;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The SHA-256 of a token. With it a caller names a rejected token without sending it, and the store remembers which
 * refresh tokens it has seen.
 *
 * <p>It has no getter and is no record, for the same reason as {@link Secret}: a hash of a credential is sensitive.
 */
public final class TokenHash {

    private static final Pattern LOWER_CASE_HEX = Pattern.compile("[0-9a-f]{64}");

    private final String hex;

    private TokenHash(String hex) {
        this.hex = hex;
    }

    public static TokenHash of(Secret token) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(token.reveal().getBytes(StandardCharsets.UTF_8));
            return new TokenHash(HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Parses a hash that a caller sent.
     *
     * @throws IllegalArgumentException if the text is not 64 lower-case hexadecimal digits
     */
    public static TokenHash parse(String hex) {
        if (!LOWER_CASE_HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException("not a SHA-256 in 64 lower-case hexadecimal digits");
        }
        return new TokenHash(hex);
    }

    /** Returns the 64 digits. For storage; never for a message, a label or a log line. */
    public String reveal() {
        return hex;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenHash that && hex.equals(that.hex);
    }

    @Override
    public int hashCode() {
        return hex.hashCode();
    }

    @Override
    public String toString() {
        return "[hash]";
    }
}
