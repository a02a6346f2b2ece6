package dev.tokensidecar.kubernetes;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import org.jspecify.annotations.Nullable;

/**
 * The response to a request.
 *
 * @param status the status code
 * @param retryAfter the header {@code Retry-After}; null if absent
 * @param body the body, which may contain credentials
 */
record ApiReply(int status, @Nullable String retryAfter, Buffer body) {

    /** Returns the head of a response, for a body that nobody reads. */
    static ApiReply head(HttpClientResponse response) {
        return with(response, Buffer.buffer());
    }

    static ApiReply with(HttpClientResponse response, Buffer body) {
        return new ApiReply(response.statusCode(), response.getHeader("Retry-After"), body);
    }

    boolean success() {
        return status == 200 || status == 201;
    }

    @Override
    public String toString() {
        return "ApiReply[status=" + status + "]";
    }
}
