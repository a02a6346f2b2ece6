package dev.tokensidecar.oauth2;

import dev.tokensidecar.oauth2.http.InboundResponse;
import io.netty.handler.codec.DateFormatter;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.jspecify.annotations.Nullable;

/** Reads dates in HTTP headers. */
public final class HttpDates {

    /** The longest text that Netty's parser takes. A date of RFC 9110 section 5.6.7 has at most 33 characters. */
    private static final int MAX_LENGTH = 64;

    private HttpDates() {}

    /** Returns the time by the server's clock, so that clock differences cancel out; {@code now} if it sent no date. */
    static Instant serverTime(InboundResponse response, Instant now) {
        Instant date = date(response);
        return date == null ? now : date;
    }

    /** Ends the message about a token that has expired: says so if it was our clock that decided. */
    static String decidingClock(InboundResponse response) {
        return date(response) == null ? " by the clock of this host: check it, because the response has no Date" : "";
    }

    /** Returns how far our clock is ahead of the server's, negative if it is behind; null if the response has no date. */
    public static @Nullable Duration clockAhead(InboundResponse response, Instant now) {
        Instant date = date(response);
        return date == null ? null : Duration.between(date, now);
    }

    private static @Nullable Instant date(InboundResponse response) {
        String sent = response.header("Date");
        return sent == null ? null : parse(sent);
    }

    /** Returns the wait in {@code Retry-After} (RFC 9110 section 10.2.3), never negative; null if it states none. */
    static @Nullable Duration retryAfter(InboundResponse response, Instant now) {
        String sent = response.header("Retry-After");
        if (sent == null) {
            return null;
        }
        String value = sent.strip();
        Duration wait = value.matches("[-+]?\\d+(\\.\\d+)?") ? seconds(value) : until(value, serverTime(response, now));
        return wait != null && wait.isNegative() ? Duration.ZERO : wait;
    }

    private static Duration seconds(String value) {
        return Lifetimes.seconds(new BigDecimal(value));
    }

    private static @Nullable Duration until(String date, Instant serverTime) {
        Instant instant = parse(date);
        return instant == null ? null : Duration.between(serverTime, instant);
    }

    private static @Nullable Instant parse(String text) {
        Date date = text.length() > MAX_LENGTH ? null : DateFormatter.parseHttpDate(text);
        return date == null ? null : date.toInstant();
    }
}
