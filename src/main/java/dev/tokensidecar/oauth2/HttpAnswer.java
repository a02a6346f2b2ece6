package dev.tokensidecar.oauth2;

import org.jspecify.annotations.Nullable;

/**
 * What of an HTTP response matters here.
 *
 * @param status the status code
 * @param date the {@code Date} header as sent; null if absent
 * @param retryAfter the {@code Retry-After} header as sent; null if absent
 * @param body the whole body, which may contain tokens
 */
record HttpAnswer(
        int status, @Nullable String date, @Nullable String retryAfter, String body) {

    boolean success() {
        return status >= 200 && status < 300;
    }

    @Override
    public String toString() {
        return "HttpAnswer[status=" + status + "]";
    }
}
