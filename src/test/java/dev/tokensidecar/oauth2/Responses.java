package dev.tokensidecar.oauth2;

import dev.tokensidecar.oauth2.http.InboundResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes token endpoint responses, and tokens for them. */
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

    /** Makes a JWT that nobody has signed. */
    static String jwt(String claims) {
        return "eyJhbGciOiJub25lIn0."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(StandardCharsets.UTF_8))
                + ".signature";
    }
}
