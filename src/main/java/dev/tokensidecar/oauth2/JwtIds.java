package dev.tokensidecar.oauth2;

import java.security.SecureRandom;
import java.util.Base64;

/** Makes the ids of JWTs that are for one use ({@code jti}, RFC 7519 section 4.1.7). */
final class JwtIds {

    /** Enough random bytes that no id can be guessed or repeated. */
    private static final int BYTES = 16;

    private JwtIds() {}

    static String next(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
