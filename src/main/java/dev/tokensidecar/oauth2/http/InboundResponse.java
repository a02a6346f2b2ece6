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
 * @param body the body, which may contain tokens
 * @param brokenOff why the body is only the beginning of one; null if it is complete
 */
public record InboundResponse(
        int status,
        Map<String, String> headers,
        String body,
        @Nullable RefreshFailure brokenOff) {

    public InboundResponse {
        Map<String, String> caseInsensitive = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach(caseInsensitive::putIfAbsent);
        headers = Collections.unmodifiableMap(caseInsensitive);
    }

    /** Creates a complete response. */
    public InboundResponse(int status, Map<String, String> headers, String body) {
        this(status, headers, body, null);
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

    @Override
    public String toString() {
        return "InboundResponse[status=" + status + "]";
    }
}
