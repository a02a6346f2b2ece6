package dev.tokensidecar.cluster.monitoring;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Prometheus parses every query of the dashboard, as a recording rule. */
@Timeout(60)
class DashboardQueriesIT {

    @Test
    void prometheusUnderstandsEveryQuery() throws Exception {
        List<String> queries = Dashboard.plainQueries().toList();
        JsonArray rules = new JsonArray(IntStream.range(0, queries.size())
                .mapToObj(it -> new JsonObject().put("record", "query:" + it).put("expr", queries.get(it)))
                .toList());
        JsonObject group = new JsonObject().put("name", "dashboard").put("rules", rules);
        Path file = Tool.write(
                "dashboard.rules.yaml",
                new JsonObject().put("groups", new JsonArray().add(group)).encode());

        Promtool.check("check", "rules", file.toString());
    }
}
