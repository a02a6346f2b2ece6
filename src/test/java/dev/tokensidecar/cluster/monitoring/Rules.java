package dev.tokensidecar.cluster.monitoring;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The rules of {@code k8s/monitoring}. */
final class Rules {

    static final Path FILE = Path.of("k8s", "monitoring", "prometheus-rule.yaml");

    private Rules() {}

    static JsonObject spec() {
        return Yaml.read(FILE).getJsonObject("spec");
    }

    static List<JsonObject> alerts() {
        return all().filter(rule -> rule.containsKey("alert")).toList();
    }

    static List<JsonObject> records() {
        return all().filter(rule -> rule.containsKey("record")).toList();
    }

    static Stream<String> expressions() {
        return all().map(rule -> rule.getString("expr"));
    }

    private static Stream<JsonObject> all() {
        return objects(spec().getJsonArray("groups")).flatMap(group -> objects(group.getJsonArray("rules")));
    }

    static Stream<JsonObject> objects(JsonArray array) {
        return array.stream().map(JsonObject.class::cast);
    }
}
