package dev.tokensidecar.demo;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads a {@link Fault} from what a person types after {@code curl -d}. */
final class FaultJson {

    /** An example of each fault with its parameters. */
    static final JsonArray EXAMPLES = new JsonArray("""
            [
              {"fault": "slow", "seconds": 2},
              {"fault": "hold"},
              {"fault": "hang"},
              {"fault": "reset"},
              {"fault": "reset", "after_processing": true},
              {"fault": "status", "status": 503, "retry_after": "7", "times": 3},
              {"fault": "error", "status": 400, "error": "invalid_grant"},
              {"fault": "echo", "status": 400, "error": "invalid_grant"},
              {"fault": "empty", "status": 400},
              {"fault": "redirect", "location": "http://localhost:8190/elsewhere"},
              {"fault": "garbage"},
              {"fault": "truncated"},
              {"fault": "oversized"},
              {"fault": "with", "field": "expires_in", "value": "30"},
              {"fault": "without", "field": "refresh_token"},
              {"fault": "absolute_expiry", "field": "expires_at"},
              {"fault": "same_access_token", "always": true}
            ]
            """);

    private FaultJson() {}

    /**
     * Reads the fault that this object describes.
     *
     * @throws IllegalArgumentException if the fault is unknown or a parameter is missing
     * @throws ClassCastException if a parameter is of the wrong type
     */
    static Fault read(JsonObject json) {
        Fault fault = named(required(json.getString("fault"), "fault"), json);
        if (json.containsKey("retry_after")) {
            fault = fault.header("Retry-After", json.getString("retry_after"));
        }
        return json.getBoolean("after_processing", false) ? fault.afterProcessing() : fault;
    }

    private static Fault named(String name, JsonObject json) {
        return switch (name) {
            case "slow" -> Fault.slow(Duration.ofMillis(Math.round(1000 * json.getDouble("seconds", 1.0))));
            case "hold" -> Fault.hold();
            case "hang" -> Fault.hang();
            case "reset" -> Fault.reset();
            case "status" -> Fault.status(json.getInteger("status", 503));
            case "error" -> Fault.error(json.getInteger("status", 400), error(json));
            case "echo" -> Fault.echo(json.getInteger("status", 400), error(json));
            case "empty" -> Fault.empty(json.getInteger("status", 200));
            case "redirect" -> Fault.redirect(required(json.getString("location"), "location"));
            case "garbage" -> Fault.garbage();
            case "truncated" -> Fault.truncated();
            case "oversized" -> Fault.oversized();
            case "with" -> Fault.with(field(json), required(json.getValue("value"), "value"));
            case "without" -> Fault.without(field(json));
            case "absolute_expiry" -> Fault.absoluteExpiry(field(json));
            case "same_access_token" -> Fault.sameAccessToken();
            default -> throw new IllegalArgumentException("unknown fault");
        };
    }

    private static String error(JsonObject json) {
        return json.getString("error", "invalid_grant");
    }

    private static String field(JsonObject json) {
        return required(json.getString("field"), "field");
    }

    private static <T> T required(@Nullable T value, String name) {
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }
}
