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

/** What the head of an HTTP/1.1 answer says about the connection. */
final class AnswerHead {

    private static final int CONTINUE = 100;
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int OK = 200;
    private static final int MAX_STATUS = 999;
    private static final Pattern TIMEOUT = Pattern.compile("(?i)\\btimeout=(\\d{1,6})\\b");

    private AnswerHead() {}

    /** RFC 9110 section 15.2. */
    static boolean isInterim(HttpResponse head) {
        int status = head.status().code();
        return status >= CONTINUE && status < OK;
    }

    static boolean isContinue(HttpResponse head) {
        return head.status().code() == CONTINUE;
    }

    /**
     * Why nobody can tell what follows; null if it is clear. Netty has refused several lengths, and a length beside
     * chunks, before (RFC 9112 section 6.3).
     */
    static @Nullable String objection(HttpResponse head) {
        int status = head.status().code();
        if (status < CONTINUE || status > MAX_STATUS) {
            return "its status has not three digits";
        }
        if (status == SWITCHING_PROTOCOLS) {
            return "it switches to another protocol, which nobody asked for";
        }
        List<String> codings = head.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        boolean clear = codings.isEmpty()
                || (codings.size() == 1
                        && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(
                                codings.getFirst().strip()));
        return clear ? null : "it has a transfer coding other than chunked";
    }

    /** Whether the connection may be used again (RFC 9112 section 9.3); HTTP/1.0 is not trusted with that. */
    static boolean isPersistent(HttpResponse head) {
        return head.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && head.headers().getAll(HttpHeaderNames.CONNECTION).stream()
                        .flatMap(options -> Stream.of(options.split(",", -1)))
                        .noneMatch(option -> HttpHeaderValues.CLOSE.contentEqualsIgnoreCase(option.strip()));
    }

    /** How long to keep the connection: the server knows when it will close its end. */
    static long keepAliveMillis(HttpResponse head, long most) {
        String field = head.headers().get("Keep-Alive", "");
        Matcher timeout = TIMEOUT.matcher(field);
        return timeout.find() ? Math.min(most, Long.parseLong(timeout.group(1)) * 1000) : most;
    }
}
