package dev.tokensidecar.oauth2;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * How a token endpoint tells how long its tokens live. Always a life, never an end: so a difference between the
 * server's clock and ours does not matter.
 *
 * @param unit the unit of {@code expires_in}
 * @param expiresAtField where the server puts the end of the access token when it sends no {@code expires_in}: seconds
 *     or milliseconds since 1970, or RFC 3339; null if nowhere
 */
public record Lifetimes(Unit unit, @Nullable String expiresAtField) {

    /** Nobody's token lives longer; what says so is a mistake or means "for ever". */
    static final Duration MAX = Duration.ofDays(3650);

    private static final BigDecimal MAX_SECONDS = BigDecimal.valueOf(MAX.toSeconds());

    /** Seconds since 1970 reach this number in the year 5138, milliseconds did in 1973. */
    private static final BigDecimal FIRST_MILLISECONDS = BigDecimal.valueOf(100_000_000_000L);

    /** The unit in which a server counts a token's life. */
    public enum Unit {
        /** RFC 6749 section 5.1. */
        SECONDS(0),
        /** What some servers send all the same. */
        MILLISECONDS(3);

        private final int decimals;

        Unit(int decimals) {
            this.decimals = decimals;
        }
    }

    /** What RFC 6749 says: seconds in {@code expires_in}. */
    public static Lifetimes standard() {
        return new Lifetimes(Unit.SECONDS, null);
    }

    /**
     * The life of the access token; null if the answer does not tell. An {@code expires_in} of zero or less tells
     * nothing, since some servers mean "for ever" by it.
     */
    @Nullable Duration ofAccessToken(ResponseFields fields, String accessToken, Instant serverTime) {
        ResponseValue expiresAt = expiresAtField == null ? ResponseValue.NONE : fields.value(expiresAtField);
        return ofAccessToken(fields.value("expires_in"), expiresAt, accessToken, serverTime);
    }

    /** The same where life and end have other names or places. */
    @Nullable Duration ofAccessToken(ResponseValue expiresIn, ResponseValue expiresAt, String accessToken, Instant serverTime) {
        BigDecimal amount = expiresIn.number();
        if (amount != null) {
            return positive(life(amount));
        }
        Duration remaining = until(expiresAt, serverTime);
        return positive(remaining == null ? JwtLifetime.of(accessToken) : remaining);
    }

    /** When the server would like the access token to be renewed, as Entra tells it; null if it does not say. */
    @Nullable Duration untilRefresh(ResponseFields fields) {
        BigDecimal refreshIn = fields.number("refresh_in");
        return refreshIn == null ? null : positive(life(refreshIn));
    }

    /**
     * The life of the refresh token, by the names Keycloak and GitHub use for it; null if unknown. Keycloak's zero for
     * offline tokens means unknown as well: they do end when idle.
     */
    @Nullable Duration ofRefreshToken(ResponseFields fields) {
        BigDecimal expiresIn = fields.number("refresh_expires_in");
        if (expiresIn == null) {
            expiresIn = fields.number("refresh_token_expires_in");
        }
        return expiresIn == null ? null : positive(life(expiresIn));
    }

    /** A number of seconds as a duration between minus and plus {@link #MAX}. */
    static Duration seconds(BigDecimal seconds) {
        if (seconds.abs().compareTo(MAX_SECONDS) >= 0) {
            return seconds.signum() < 0 ? MAX.negated() : MAX;
        }
        return Duration.ofNanos(seconds.movePointRight(9).longValue());
    }

    private Duration life(BigDecimal amount) {
        return seconds(amount.movePointLeft(unit.decimals));
    }

    private static @Nullable Duration until(ResponseValue expiresAt, Instant serverTime) {
        BigDecimal number = expiresAt.number();
        if (number != null) {
            BigDecimal end = number.compareTo(FIRST_MILLISECONDS) < 0 ? number : number.movePointLeft(3);
            return seconds(end.subtract(BigDecimal.valueOf(serverTime.getEpochSecond())));
        }
        String text = expiresAt.text();
        if (text == null) {
            return null;
        }
        try {
            Duration remaining = Duration.between(serverTime, OffsetDateTime.parse(text.strip()));
            return remaining.compareTo(MAX) > 0 ? MAX : remaining;
        } catch (DateTimeParseException noDate) {
            return null;
        }
    }

    private static @Nullable Duration positive(@Nullable Duration life) {
        return life == null || life.isNegative() || life.isZero() ? null : life;
    }
}
