package dev.tokensidecar.oauth2;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lifetime of a JWT access token: {@code exp - iat} (RFC 7519 section 4.1), both by the server's clock.
 * Clients should treat an access token as opaque (RFC 9068 section 6), so this is only for responses that state no
 * lifetime. Does not check the signature, because the lifetime grants nothing.
 */
final class JwtLifetime {

    private JwtLifetime() {}

    /** Returns the lifetime; null if the token is not a JWT or lacks one of the two claims. */
    static @Nullable Duration of(String token) {
        String[] parts = token.split("\\.", -1);
        ResponseFields claims = parts.length == 3 ? claims(parts[1]) : null;
        BigDecimal issuedAt = claims == null ? null : claims.number("iat");
        BigDecimal expiresAt = claims == null ? null : claims.number("exp");
        return issuedAt == null || expiresAt == null ? null : Lifetimes.seconds(expiresAt.subtract(issuedAt));
    }

    private static @Nullable ResponseFields claims(String part) {
        try {
            return ResponseFields.readJson(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }
}
