package dev.tokensidecar.demo;

import java.security.SecureRandom;
import java.util.Base64;

/** Makes unguessable opaque values: refresh tokens, access tokens, ids. */
final class RandomValues {

    private static final int BYTES = 32;

    private final SecureRandom random = new SecureRandom();

    String next() {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
