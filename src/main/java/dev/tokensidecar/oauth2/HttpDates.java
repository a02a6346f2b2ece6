package dev.tokensidecar.oauth2;

import io.netty.handler.codec.DateFormatter;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.jspecify.annotations.Nullable;

/** Points in time in HTTP headers. */
final class HttpDates {

    /** The longest that the parser takes; RFC 9110 section 5.6.7 knows no date longer than 33 characters. */
    private static final int MAX_LENGTH = 64;

    private HttpDates() {}

    /** The server's own idea of now, so that a difference between its clock and ours cancels out; ours if it has none. */
    static Instant serverTime(InboundResponse answer, Instant now) {
        String sent = answer.header("Date");
        Instant date = sent == null ? null : parse(sent);
        return date == null ? now : date;
    }

    /** How long {@code Retry-After} says to wait (RFC 9110 section 10.2.3), never negative; null if it says nothing. */
    static @Nullable Duration retryAfter(InboundResponse answer, Instant now) {
        String sent = answer.header("Retry-After");
        if (sent == null) {
            return null;
        }
        String value = sent.strip();
        Duration wait = value.matches("[-+]?\\d+(\\.\\d+)?") ? seconds(value) : until(value, serverTime(answer, now));
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
