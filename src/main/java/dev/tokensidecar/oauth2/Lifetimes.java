package dev.tokensidecar.oauth2;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * Reads token lifetimes from the responses of a token endpoint. Always yields a duration, never a point in time, so a
 * difference between the server's clock and ours does not matter.
 *
 * @param unit the unit of {@code expires_in}
 * @param expiresAtField the field in which the server states the expiry of the access token when it sends no
 *     {@code expires_in}: seconds or milliseconds since 1970, or RFC 3339; null for none
 */
public record Lifetimes(Unit unit, @Nullable String expiresAtField) {

    /** The longest lifetime. A longer one is a mistake or means "forever". */
    static final Duration MAX = Duration.ofDays(3650);

    private static final BigDecimal MAX_SECONDS = BigDecimal.valueOf(MAX.toSeconds());

    /** The smallest number that counts as milliseconds: a time in 1973. As seconds it would be the year 5138. */
    private static final BigDecimal FIRST_MILLISECONDS = BigDecimal.valueOf(100_000_000_000L);

    /** A number of seconds since 1970 from which on it is a time, in 2001. A server means nothing by earlier ones. */
    private static final BigDecimal FIRST_TIME = BigDecimal.valueOf(1_000_000_000L);

    /** No server sends a token that expired earlier: a number that would say so is a lifetime of decades. */
    private static final Duration LONGEST_EXPIRED = Duration.ofDays(-1);

    /** The unit in which a server states lifetimes. */
    public enum Unit {
        /** As RFC 6749 section 5.1 requires. */
        SECONDS(0),
        /** As some servers send them nevertheless. */
        MILLISECONDS(3);

        private final int decimals;

        Unit(int decimals) {
            this.decimals = decimals;
        }
    }

    /** Seconds in {@code expires_in}, as RFC 6749 requires. */
    public static Lifetimes standard() {
        return new Lifetimes(Unit.SECONDS, null);
    }

    /**
     * Returns the lifetime of the access token; null if the response does not state it, zero if the token has expired. An
     * {@code expires_in} of zero or less counts as not stated, because some servers mean "forever" by it.
     *
     * @param serverTime the time by the server's clock
     */
    @Nullable Duration ofAccessToken(ResponseFields fields, String accessToken, Instant serverTime) {
        ResponseValue expiresAt = expiresAtField == null ? ResponseValue.NONE : fields.value(expiresAtField);
        return ofAccessToken(fields.value("expires_in"), expiresAt, accessToken, serverTime);
    }

    /** The same for values from other fields or from headers. */
    @Nullable Duration ofAccessToken(ResponseValue expiresIn, ResponseValue expiresAt, String accessToken, Instant serverTime) {
        BigDecimal amount = expiresIn.number();
        Duration stated = amount == null ? null : lifetime(amount, serverTime);
        if (stated != null) {
            return stated;
        }
        Duration left = until(expiresAt, serverTime);
        Duration remaining = left == null ? JwtLifetime.of(accessToken, serverTime) : left;
        return remaining == null || !remaining.isNegative() ? remaining : Duration.ZERO;
    }

    /** Returns how long the server wants the access token to be used, as Entra states it; null if it does not. */
    @Nullable Duration untilRefresh(ResponseFields fields) {
        BigDecimal refreshIn = fields.number("refresh_in");
        return refreshIn == null ? null : positive(duration(refreshIn));
    }

    /**
     * Returns the lifetime of the refresh token, from the fields of Keycloak and GitHub; null if unknown. Keycloak's zero
     * for offline tokens counts as unknown too: they do expire when idle.
     */
    @Nullable Duration ofRefreshToken(ResponseFields fields, Instant serverTime) {
        BigDecimal expiresIn = fields.number("refresh_expires_in");
        if (expiresIn == null) {
            expiresIn = fields.number("refresh_token_expires_in");
        }
        return expiresIn == null ? null : positive(lifetime(expiresIn, serverTime));
    }

    /** Converts seconds to a duration between minus and plus {@link #MAX}. */
    static Duration seconds(BigDecimal seconds) {
        if (seconds.abs().compareTo(MAX_SECONDS) >= 0) {
            return seconds.signum() < 0 ? MAX.negated() : MAX;
        }
        return Duration.ofNanos(seconds.movePointRight(9).longValue());
    }

    /** Some servers send the time of the expiry for the lifetime: a number that would be a lifetime of decades. */
    private @Nullable Duration lifetime(BigDecimal amount, Instant serverTime) {
        BigDecimal seconds = amount.movePointLeft(unit.decimals);
        Duration left = untilTime(seconds, serverTime);
        if (left == null || left.compareTo(LONGEST_EXPIRED) < 0 || left.compareTo(MAX) >= 0) {
            return positive(duration(amount));
        }
        return left.isNegative() ? Duration.ZERO : left;
    }

    private Duration duration(BigDecimal amount) {
        return seconds(amount.movePointLeft(unit.decimals));
    }

    /** Returns the time until a point in time, in seconds or milliseconds since 1970; null if it is before 2001. */
    private static @Nullable Duration untilTime(BigDecimal number, Instant serverTime) {
        BigDecimal time = number.compareTo(FIRST_MILLISECONDS) < 0 ? number : number.movePointLeft(3);
        return time.compareTo(FIRST_TIME) < 0
                ? null
                : seconds(time.subtract(BigDecimal.valueOf(serverTime.getEpochSecond())));
    }

    private static @Nullable Duration until(ResponseValue expiresAt, Instant serverTime) {
        BigDecimal number = expiresAt.number();
        if (number != null) {
            return untilTime(number, serverTime);
        }
        String text = expiresAt.text();
        if (text == null) {
            return null;
        }
        try {
            Duration remaining = Duration.between(serverTime, OffsetDateTime.parse(text.strip()));
            return remaining.compareTo(MAX) > 0 ? MAX : remaining;
        } catch (DateTimeParseException invalid) {
            return null;
        }
    }

    private static @Nullable Duration positive(@Nullable Duration lifetime) {
        return lifetime == null || lifetime.isNegative() || lifetime.isZero() ? null : lifetime;
    }
}
