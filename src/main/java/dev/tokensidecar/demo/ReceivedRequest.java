package dev.tokensidecar.demo;

import io.vertx.core.MultiMap;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request to an endpoint.
 *
 * @param form the form fields; the first value of a repeated one
 * @param headers the headers by case-insensitive name; the first value of a repeated one
 * @param wellFormed whether the body is a form without repeated fields (RFC 6749 section 3.2)
 */
record ReceivedRequest(Map<String, String> form, Map<String, String> headers, boolean wellFormed) {

    private static final String FORM = "application/x-www-form-urlencoded";

    static ReceivedRequest of(MultiMap form, MultiMap headers) {
        String contentType = headers.get("content-type");
        boolean isForm = contentType != null && contentType.regionMatches(true, 0, FORM, 0, FORM.length());
        Map<String, String> fields = firstValues(form, new HashMap<>());
        return new ReceivedRequest(
                fields, headerValues(headers), isForm && form.entries().size() == fields.size());
    }

    /** Makes a refresh token grant from a request that is not a form. */
    static ReceivedRequest of(@Nullable String refreshToken, MultiMap headers) {
        Map<String, String> form = new HashMap<>(Map.of("grant_type", "refresh_token"));
        if (refreshToken != null) {
            form.put("refresh_token", refreshToken);
        }
        return new ReceivedRequest(Map.copyOf(form), headerValues(headers), true);
    }

    /** Returns a form field; null if it is absent or has no value (RFC 6749 section 3.2). */
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

    private static Map<String, String> headerValues(MultiMap headers) {
        return firstValues(headers, new TreeMap<>(String.CASE_INSENSITIVE_ORDER));
    }

    private static Map<String, String> firstValues(MultiMap fields, Map<String, String> firstValues) {
        fields.forEach(field -> firstValues.putIfAbsent(field.getKey(), field.getValue()));
        return Collections.unmodifiableMap(firstValues);
    }
}
