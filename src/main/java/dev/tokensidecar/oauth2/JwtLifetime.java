package dev.tokensidecar.oauth2;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is left of a JWT access token: until {@code exp}, and no longer than from {@code iat} to it (RFC 7519 section
 * 4.1). A server may send a token that it issued earlier. Clients should treat an access token as opaque (RFC 9068 section 6),
 * so this is only for responses that state no lifetime. Does not check the signature, because the lifetime grants nothing.
 */
final class JwtLifetime {

    private JwtLifetime() {}

    /**
     * Returns what is left; null if the token is not a JWT or does not say when it ends.
     *
     * @param serverTime the time by the server's clock
     */
    static @Nullable Duration of(String token, Instant serverTime) {
        String[] parts = token.split("\\.", -1);
        ResponseFields claims = parts.length == 3 ? claims(parts[1]) : null;
        BigDecimal issuedAt = claims == null ? null : claims.number("iat");
        BigDecimal expiresAt = claims == null ? null : claims.number("exp");
        if (expiresAt == null) {
            return null;
        }
        BigDecimal left = expiresAt.subtract(BigDecimal.valueOf(serverTime.getEpochSecond()));
        return Lifetimes.seconds(issuedAt == null ? left : left.min(expiresAt.subtract(issuedAt)));
    }

    private static @Nullable ResponseFields claims(String part) {
        try {
            return ResponseFields.readJson(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }
}
