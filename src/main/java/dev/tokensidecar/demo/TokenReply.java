package dev.tokensidecar.demo;

import io.vertx.core.json.JsonObject;
import java.util.Map;

/**
 * The response of an endpoint, before any fault.
 *
 * @param body the body; an empty object stands for no body
 */
record TokenReply(int status, Map<String, String> headers, JsonObject body) {

    String text() {
        return body.isEmpty() ? "" : body.encode();
    }

    boolean granted() {
        return status == 200;
    }
}
