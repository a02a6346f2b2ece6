package dev.tokensidecar.oauth2;

import com.fasterxml.jackson.core.JsonPointer;
import dev.tokensidecar.oauth2.http.InboundResponse;
import org.jspecify.annotations.Nullable;

/**
 * Where a response has a value.
 *
 * @param text a JSON pointer into the body (RFC 6901) if it begins with a slash; {@code cookie:} and the name of a cookie that
 *     the response sets; otherwise the name of a header
 */
public record ResponseLocation(String text) {

    private static final String COOKIE = "cookie:";

    ResponseValue find(InboundResponse response, @Nullable ResponseFields fields) {
        if (inCookie()) {
            return ResponseValue.ofHeader(response.cookie(cookie()));
        }
        if (!inBody()) {
            return ResponseValue.ofHeader(response.header(text));
        }
        return fields == null ? ResponseValue.NONE : fields.value(JsonPointer.compile(text));
    }

    private boolean inBody() {
        return text.startsWith("/");
    }

    private boolean inCookie() {
        return text.startsWith(COOKIE);
    }

    private String cookie() {
        return text.substring(COOKIE.length());
    }

    @Override
    public String toString() {
        if (inCookie()) {
            return "in the cookie " + cookie();
        }
        return inBody() ? "at " + text : "in the header " + text;
    }
}
