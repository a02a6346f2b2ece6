package dev.tokensidecar.demo;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a {@link Fault} does, once its pause is over. */
public sealed interface Effect {

    /** Takes the place of the answer, whatever it would have been. */
    sealed interface OnExchange extends Effect {}

    /** Changes one thing in a successful answer; errors stay as they are. */
    sealed interface OnAnswer extends Effect {

        /** Changes the answer given at this moment. */
        default void change(JsonObject body, Instant now) {}

        /** Whether the grant behind the answer replaces the refresh token as usual. */
        default boolean rotates() {
            return true;
        }

        /** Whether that grant hands out the newest access token once more. */
        default boolean repeatsAccessToken() {
            return false;
        }
    }

    /** Nothing: the fault was its pause. */
    record Nothing() implements Effect {}

    /**
     * Another answer.
     *
     * @param body its body, in which {@link Fault#PRESENTED} stands for the refresh token that was presented
     */
    record Reply(int status, Map<String, String> headers, String body) implements OnExchange {

        /** Copies the headers. */
        public Reply {
            headers = Map.copyOf(headers);
        }
    }

    /** A TCP reset instead of an answer. */
    record Reset() implements OnExchange {}

    /** The headers and half the body of the answer, then the connection is closed. */
    record Truncation() implements OnExchange {}

    /**
     * A field with another value. A server that says nothing new about the refresh token keeps the old one in force.
     *
     * @param value null leaves the field out
     */
    record Field(String name, @Nullable Object value) implements OnAnswer {

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

    /** The end of the access token as a Unix time in the given field, and no {@code expires_in} beside it. */
    record AbsoluteExpiry(String field) implements OnAnswer {

        @Override
        public void change(JsonObject body, Instant now) {
            body.put(field, now.plusSeconds((Long) body.remove("expires_in")).getEpochSecond());
        }
    }

    /** The access token that was handed out last time, with what is left of its life. */
    record SameAccessToken() implements OnAnswer {

        @Override
        public boolean repeatsAccessToken() {
            return true;
        }
    }
}
