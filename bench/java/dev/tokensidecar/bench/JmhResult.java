package dev.tokensidecar.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The result of one JMH benchmark.
 *
 * @param benchmark its class and method, with its parameters
 * @param method its method alone
 * @param time the time per call
 * @param unit the unit of the time, such as {@code ns/op}
 * @param bytes the bytes that a call allocates
 */
record JmhResult(String benchmark, String method, double time, String unit, double bytes) {

    private static final String BYTES = "gc.alloc.rate.norm";

    static List<JmhResult> read(JsonArray results) {
        return results.stream().map(JsonObject.class::cast).map(JmhResult::of).toList();
    }

    private static JmhResult of(JsonObject result) {
        String[] name = result.getString("benchmark").split("\\.", -1);
        String method = name[name.length - 1];
        JsonObject time = result.getJsonObject("primaryMetric");
        return new JmhResult(
                name[name.length - 2] + "." + method + parameters(result.getJsonObject("params", new JsonObject())),
                method,
                time.getDouble("score"),
                time.getString("scoreUnit"),
                result.getJsonObject("secondaryMetrics").getJsonObject(BYTES).getDouble("score"));
    }

    private static String parameters(JsonObject parameters) {
        return parameters.stream()
                .map(parameter -> " " + parameter.getKey() + "=" + parameter.getValue())
                .collect(Collectors.joining());
    }

    double nanos() {
        return switch (unit) {
            case "ns/op" -> time;
            case "us/op" -> 1e3 * time;
            case "ms/op" -> 1e6 * time;
            default -> Double.NaN;
        };
    }

    String[] cells() {
        return new String[] {"`" + benchmark + "`", Numbers.oneDecimal(time), unit, Numbers.oneDecimal(bytes)};
    }
}
