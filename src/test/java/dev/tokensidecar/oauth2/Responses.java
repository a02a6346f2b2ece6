package dev.tokensidecar.oauth2;

import dev.tokensidecar.oauth2.http.InboundResponse;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes token endpoint responses. */
final class Responses {

    private Responses() {}

    /**
     * Makes a response.
     *
     * @param date the {@code Date} header; null for none
     * @param retryAfter the {@code Retry-After} header; null for none
     */
    static InboundResponse response(int status, @Nullable String date, @Nullable String retryAfter, String body) {
        Map<String, String> headers = new HashMap<>();
        if (date != null) {
            headers.put("Date", date);
        }
        if (retryAfter != null) {
            headers.put("Retry-After", retryAfter);
        }
        return new InboundResponse(status, headers, body);
    }
}
