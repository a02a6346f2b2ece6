package dev.tokensidecar.demo;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A token request as the server saw it.
 *
 * @param arrivedAt when it arrived
 * @param endedAt when it was over, just before its answer left if it got one; null if it is not over yet
 * @param form the form fields
 * @param headers the headers, found in any spelling of their names
 * @param status the status it was answered with; null if it was not answered, or not yet
 */
public record RecordedRequest(
        Instant arrivedAt,
        @Nullable Instant endedAt,
        Map<String, String> form,
        Map<String, String> headers,
        @Nullable Integer status) {}
