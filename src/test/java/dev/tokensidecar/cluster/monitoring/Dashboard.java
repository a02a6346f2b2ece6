package dev.tokensidecar.cluster.monitoring;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The dashboard of {@code k8s/monitoring}. */
final class Dashboard {

    private static final Path FILE = Path.of("k8s", "monitoring", "dashboard.json");

    private Dashboard() {}

    static JsonObject json() {
        try {
            return new JsonObject(Files.readString(FILE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything that has a place, rows too. */
    static List<JsonObject> panels() {
        return Rules.objects(json().getJsonArray("panels")).toList();
    }

    static boolean isRow(JsonObject panel) {
        return panel.getString("type").equals("row");
    }

    /** What the panels ask Prometheus. */
    static List<String> queries() {
        return panels().stream()
                .filter(panel -> !isRow(panel))
                .flatMap(panel -> Rules.objects(panel.getJsonArray("targets")))
                .map(target -> target.getString("expr"))
                .toList();
    }

    /** The same with values in the place of Grafana's variables. */
    static Stream<String> plainQueries() {
        return queries().stream()
                .map(query -> query.replace("$__rate_interval", "5m")
                        .replace("$__range", "1h")
                        .replace("$namespace", ".*")
                        .replace("$token", ".*"));
    }
}
