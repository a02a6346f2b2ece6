package dev.tokensidecar.demo;

import io.vertx.core.json.JsonObject;
import java.util.Map;

/** What the token endpoint has to say, before any fault gets at it. */
record TokenReply(int status, Map<String, String> headers, JsonObject body) {

    boolean granted() {
        return status == 200;
    }
}
