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

    /** Returns all panels, including rows. */
    static List<JsonObject> panels() {
        return Rules.objects(json().getJsonArray("panels")).toList();
    }

    static boolean isRow(JsonObject panel) {
        return panel.getString("type").equals("row");
    }

    /** Returns the queries of the panels. */
    static List<String> queries() {
        return panels().stream()
                .filter(panel -> !isRow(panel))
                .flatMap(panel -> Rules.objects(panel.getJsonArray("targets")))
                .map(target -> target.getString("expr"))
                .toList();
    }

    /** Returns the queries with values in place of the variables of Grafana. */
    static Stream<String> plainQueries() {
        return queries().stream()
                .map(query -> query.replace("$__rate_interval", "5m")
                        .replace("$__range", "1h")
                        .replace("$namespace", ".*")
                        .replace("$token", ".*"));
    }
}
