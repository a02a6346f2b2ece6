package dev.tokensidecar.oauth2;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What of an HTTP response matters here.
 *
 * @param status the status code
 * @param headers the headers as sent, found in any spelling of their names; they may contain tokens
 * @param body the whole body, which may contain tokens
 */
record InboundResponse(int status, Map<String, String> headers, String body) {

    InboundResponse {
        Map<String, String> anySpelling = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach(anySpelling::putIfAbsent);
        headers = Collections.unmodifiableMap(anySpelling);
    }

    boolean success() {
        return status >= 200 && status < 300;
    }

    /** The value of a header, of a repeated one the first; null if absent. */
    @Nullable String header(String name) {
        return headers.get(name);
    }

    @Override
    public String toString() {
        return "InboundResponse[status=" + status + "]";
    }
}
