package dev.tokensidecar.login;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tokensidecar.token.Secret;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.random.RandomGenerator;

/**
 * Proves that whoever redeems an authorization code has requested it (RFC 7636).
 *
 * @param value what the token request presents
 */
public record CodeVerifier(Secret value) {

    /** The transformation of {@link #challenge()} (RFC 7636 section 4.2). */
    public static final String METHOD = "S256";

    /** RFC 7636 section 4.1 recommends 32 octets. */
    private static final int OCTETS = 32;

    /** Makes a new one. */
    static CodeVerifier random(RandomGenerator random) {
        return new CodeVerifier(Secret.of(randomText(random)));
    }

    /** Returns 256 random bits as 43 characters that need no encoding in a URL. */
    static String randomText(RandomGenerator random) {
        byte[] octets = new byte[OCTETS];
        random.nextBytes(octets);
        return encoded(octets);
    }

    /** Returns what the authorization request shows of it. */
    public String challenge() {
        try {
            return encoded(
                    MessageDigest.getInstance("SHA-256").digest(value.reveal().getBytes(US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String encoded(byte[] octets) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
    }
}
