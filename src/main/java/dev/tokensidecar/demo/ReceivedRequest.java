package dev.tokensidecar.demo;

import io.vertx.core.MultiMap;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request as it arrived at an endpoint.
 *
 * @param form the form fields; of a repeated one the first
 * @param headers the headers, found in any spelling of their names; of a repeated one the first
 * @param wellFormed whether it is a form in which no field comes twice (RFC 6749 section 3.2)
 */
record ReceivedRequest(Map<String, String> form, Map<String, String> headers, boolean wellFormed) {

    private static final String FORM = "application/x-www-form-urlencoded";

    static ReceivedRequest of(MultiMap form, MultiMap headers) {
        String contentType = headers.get("content-type");
        boolean isForm = contentType != null && contentType.regionMatches(true, 0, FORM, 0, FORM.length());
        Map<String, String> fields = firsts(form, new HashMap<>());
        return new ReceivedRequest(
                fields, firstsOfHeaders(headers), isForm && form.entries().size() == fields.size());
    }

    /** A request that is no form, but says as much as a refresh token grant. */
    static ReceivedRequest of(@Nullable String refreshToken, MultiMap headers) {
        Map<String, String> form = new HashMap<>(Map.of("grant_type", "refresh_token"));
        if (refreshToken != null) {
            form.put("refresh_token", refreshToken);
        }
        return new ReceivedRequest(Map.copyOf(form), firstsOfHeaders(headers), true);
    }

    /** A form field; one without a value counts as left out (RFC 6749 section 3.2). */
    @Nullable String field(String name) {
        String value = form.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    String required(String name) throws TokenError {
        String value = field(name);
        if (value == null) {
            throw TokenError.invalidRequest(name + " is missing");
        }
        return value;
    }

    @Nullable String authorization() {
        return headers.get("authorization");
    }

    private static Map<String, String> firstsOfHeaders(MultiMap headers) {
        return firsts(headers, new TreeMap<>(String.CASE_INSENSITIVE_ORDER));
    }

    private static Map<String, String> firsts(MultiMap fields, Map<String, String> firsts) {
        fields.forEach(field -> firsts.putIfAbsent(field.getKey(), field.getValue()));
        return Collections.unmodifiableMap(firsts);
    }
}
