package dev.tokensidecar.egress;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what the head of an HTTP/1.1 response says about the connection. */
final class ResponseHead {

    private static final int CONTINUE = 100;
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int OK = 200;
    private static final int MAX_STATUS = 999;
    private static final Pattern TIMEOUT = Pattern.compile("(?i)\\btimeout=(\\d{1,6})\\b");

    private ResponseHead() {}

    /** RFC 9110 section 15.2. */
    static boolean isInterim(HttpResponse head) {
        int status = head.status().code();
        return status >= CONTINUE && status < OK;
    }

    static boolean isContinue(HttpResponse head) {
        return head.status().code() == CONTINUE;
    }

    static boolean isSwitch(HttpResponse head) {
        return head.status().code() == SWITCHING_PROTOCOLS;
    }

    /**
     * Returns why the end of the response is ambiguous; null if it is clear. Netty has already rejected several lengths,
     * and a length together with chunks (RFC 9112 section 6.3).
     *
     * @param upgradeOffered whether the request offered another protocol (RFC 9110 section 7.8)
     */
    static @Nullable String violation(HttpResponse head, boolean upgradeOffered) {
        int status = head.status().code();
        if (status < CONTINUE || status > MAX_STATUS) {
            return "its status code does not have three digits";
        }
        if (status == SWITCHING_PROTOCOLS && !upgradeOffered) {
            return "it switches protocols without a request to do so";
        }
        List<String> codings = head.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        boolean clear = codings.isEmpty()
                || (codings.size() == 1
                        && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(
                                codings.getFirst().strip()));
        return clear ? null : "it has a transfer coding other than chunked";
    }

    /** Whether the connection may be reused (RFC 9112 section 9.3). Never reuses one with HTTP/1.0. */
    static boolean isPersistent(HttpResponse head) {
        return head.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && head.headers().getAll(HttpHeaderNames.CONNECTION).stream()
                        .flatMap(options -> Stream.of(options.split(",", -1)))
                        .noneMatch(option -> HttpHeaderValues.CLOSE.contentEqualsIgnoreCase(option.strip()));
    }

    /** Returns how long to keep the idle connection: at most as long as the server announces that it will. */
    static long keepAliveMillis(HttpResponse head, long maxMillis) {
        String field = head.headers().get("Keep-Alive", "");
        Matcher timeout = TIMEOUT.matcher(field);
        return timeout.find() ? Math.min(maxMillis, Long.parseLong(timeout.group(1)) * 1000) : maxMillis;
    }
}
