package dev.tokensidecar.demo;

import io.vertx.core.json.JsonObject;
import java.util.Map;

/**
 * What an endpoint has to say, before any fault gets at it.
 *
 * @param body an empty object stands for no body at all
 */
record TokenReply(int status, Map<String, String> headers, JsonObject body) {

    String text() {
        return body.isEmpty() ? "" : body.encode();
    }

    boolean granted() {
        return status == 200;
    }
}
