package dev.tokensidecar.oauth2.http;

import dev.tokensidecar.token.RefreshFailure;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an HTTP response that matter here.
 *
 * @param status the status code
 * @param headers the headers by case-insensitive name; they may contain tokens
 * @param cookies the values of the cookies that the response sets, by name (RFC 6265 section 4.1); they may be tokens
 * @param body the body, which may contain tokens
 * @param brokenOff why the body is only the beginning of one; null if it is complete
 */
public record InboundResponse(
        int status,
        Map<String, String> headers,
        Map<String, String> cookies,
        String body,
        @Nullable RefreshFailure brokenOff) {

    public InboundResponse {
        Map<String, String> caseInsensitive = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach(caseInsensitive::putIfAbsent);
        headers = Collections.unmodifiableMap(caseInsensitive);
        cookies = Map.copyOf(cookies);
    }

    /** Creates a complete response without cookies. */
    public InboundResponse(int status, Map<String, String> headers, String body) {
        this(status, headers, Map.of(), body, null);
    }

    /**
     * Rejects the beginning of a body.
     *
     * @throws RefreshFailure if the body is not complete
     */
    public void requireComplete() {
        if (brokenOff != null) {
            throw brokenOff;
        }
    }

    /** Whether the status is 2xx. */
    public boolean success() {
        return status >= 200 && status < 300;
    }

    /** Returns the value of a header, the first one if it is repeated; null if absent. */
    public @Nullable String header(String name) {
        return headers.get(name);
    }

    /** Returns the value of a cookie that the response sets; null if it sets none of this name, or deletes it. */
    public @Nullable String cookie(String name) {
        return cookies.get(name);
    }

    @Override
    public String toString() {
        return "InboundResponse[status=" + status + "]";
    }
}
