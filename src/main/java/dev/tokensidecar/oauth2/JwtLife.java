package dev.tokensidecar.oauth2;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The life that a JWT access token gives itself: {@code exp - iat} (RFC 7519 section 4.1), both by the server's clock.
 * For clients an access token is opaque (RFC 9068 section 6), so this is asked only when the answer itself is silent.
 * The signature is of no interest, since nothing is granted because of it.
 */
final class JwtLife {

    private JwtLife() {}

    /** The life; null if the token is no JWT or lacks one of the two claims. */
    static @Nullable Duration of(String token) {
        String[] parts = token.split("\\.", -1);
        AnswerFields claims = parts.length == 3 ? claims(parts[1]) : null;
        BigDecimal issuedAt = claims == null ? null : claims.number("iat");
        BigDecimal expiresAt = claims == null ? null : claims.number("exp");
        return issuedAt == null || expiresAt == null ? null : Lifetimes.seconds(expiresAt.subtract(issuedAt));
    }

    private static @Nullable AnswerFields claims(String part) {
        try {
            return AnswerFields.readJson(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException noBase64) {
            return null;
        }
    }
}
