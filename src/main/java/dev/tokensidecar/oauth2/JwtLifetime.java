package dev.tokensidecar.oauth2;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is left of a JWT access token: until {@code exp}, because a server may send a token that it issued earlier, and
 * no longer than from {@code iat} or {@code nbf} to it, because the clock may be slow (RFC 7519 section 4.1). Clients should
 * treat an access token as opaque (RFC 9068 section 6), so this is only for responses that state no lifetime. Does not check
 * the signature, because the lifetime grants nothing.
 */
final class JwtLifetime {

    private JwtLifetime() {}

    /**
     * Returns what is left; null if the token is not a JWT or does not say when it ends.
     *
     * @param serverTime the time by the server's clock, or by ours if the response has no date
     */
    static @Nullable Duration of(String token, Instant serverTime) {
        String[] parts = token.split("\\.", -1);
        ResponseFields claims = parts.length == 3 ? claims(parts[1]) : null;
        BigDecimal expiresAt = claims == null ? null : claims.number("exp");
        if (claims == null || expiresAt == null) {
            return null;
        }
        return Lifetimes.seconds(expiresAt.subtract(latest(serverTime, claims.number("iat"), claims.number("nbf"))));
    }

    /** The server has sent the token at this time or later, even if our clock says something earlier. */
    private static BigDecimal latest(Instant serverTime, @Nullable BigDecimal... claims) {
        BigDecimal latest = BigDecimal.valueOf(serverTime.getEpochSecond());
        for (BigDecimal claim : claims) {
            latest = claim == null ? latest : latest.max(claim);
        }
        return latest;
    }

    private static @Nullable ResponseFields claims(String part) {
        try {
            return ResponseFields.readJson(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }
}
