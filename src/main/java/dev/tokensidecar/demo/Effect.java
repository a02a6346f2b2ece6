package dev.tokensidecar.demo;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a {@link Fault} does after its pause. */
public sealed interface Effect {

    /** Replaces the response, whatever it would have been. */
    sealed interface OnExchange extends Effect {}

    /** Changes one thing in a successful response; leaves error responses unchanged. */
    sealed interface OnResponse extends Effect {

        /** Changes a response that is sent now. */
        default void change(JsonObject body, Instant now) {}

        /** Whether the grant rotates the refresh token as usual. */
        default boolean rotates() {
            return true;
        }

        /** Whether the grant returns the newest access token once more. */
        default boolean repeatsAccessToken() {
            return false;
        }
    }

    /** No effect: the fault consists of its pause. */
    record Nothing() implements Effect {}

    /**
     * Another response.
     *
     * @param body its body, in which {@link Fault#PRESENTED} stands for the presented refresh token
     */
    record Reply(int status, Map<String, String> headers, String body) implements OnExchange {

        /** Copies the headers. */
        public Reply {
            headers = Map.copyOf(headers);
        }
    }

    /** A TCP reset instead of a response. */
    record Reset() implements OnExchange {}

    /** The headers and half the body of the response, then the end of the connection. */
    record Truncation() implements OnExchange {}

    /**
     * A field with another value. A server that changes {@code refresh_token} keeps the old refresh token valid.
     *
     * @param value null leaves the field out
     */
    record Field(String name, @Nullable Object value) implements OnResponse {

        @Override
        public void change(JsonObject body, Instant now) {
            if (value == null) {
                body.remove(name);
            } else {
                body.put(name, value);
            }
        }

        @Override
        public boolean rotates() {
            return !name.equals("refresh_token");
        }
    }

    /** The expiry of the access token as a Unix time in the given field, without {@code expires_in}. */
    record AbsoluteExpiry(String field) implements OnResponse {

        @Override
        public void change(JsonObject body, Instant now) {
            body.put(field, now.plusSeconds((Long) body.remove("expires_in")).getEpochSecond());
        }
    }

    /** The previous access token, with its remaining lifetime. */
    record SameAccessToken() implements OnResponse {

        @Override
        public boolean repeatsAccessToken() {
            return true;
        }
    }
}
