package dev.tokensidecar.bench;

import io.vertx.core.json.JsonObject;
import java.util.Objects;

/**
 * A token request as the authorization server saw it, in microseconds of the machine's wall clock.
 *
 * @param endedAt just before the server sent its response; {@link Long#MAX_VALUE} before that
 */
record TokenPost(long arrivedAt, long endedAt) {

    static TokenPost of(JsonObject json) {
        return new TokenPost(
                json.getLong("arrived_at_us"), Objects.requireNonNullElse(json.getLong("ended_at_us"), Long.MAX_VALUE));
    }
}
