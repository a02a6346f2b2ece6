package dev.tokensidecar.demo;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A token request, as the server recorded it.
 *
 * @param arrivedAt when the request arrived
 * @param endedAt when the request ended, just before its response left if it got one; null if it is in flight
 * @param form the form fields
 * @param headers the headers by case-insensitive name
 * @param status the status of the response; null if it has none, or none yet
 */
public record RecordedRequest(
        Instant arrivedAt,
        @Nullable Instant endedAt,
        Map<String, String> form,
        Map<String, String> headers,
        @Nullable Integer status) {}
