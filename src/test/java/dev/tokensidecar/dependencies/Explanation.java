package dev.tokensidecar.dependencies;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The reason why an advisory for a shipped library does not apply. It holds for one version, so that each update is judged
 * again.
 *
 * @param id any id of the advisory
 */
record Explanation(String id, Part part, String why) {

    private static final Path FILE = Path.of("src", "test", "resources", "advisories", "explanations.json");

    static List<Explanation> read() throws IOException {
        return new JsonArray(Files.readString(FILE))
                .stream().map(JsonObject.class::cast).map(Explanation::of).toList();
    }

    private static Explanation of(JsonObject json) {
        return new Explanation(
                json.getString("id"),
                new Part(json.getString("package"), json.getString("version")),
                json.getString("why"));
    }

    boolean explains(AdvisoryList.Match match) {
        return match.advisory().ids().contains(id) && match.part().equals(part);
    }
}
