package dev.tokensidecar.dependencies;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A library in the application.
 *
 * @param name group and artifact, with a colon between them
 */
record Part(String name, String version) {

    /** Returns the libraries in the CycloneDX list that each build creates. */
    static List<Part> ofTheApplication() throws IOException {
        JsonObject sbom = new JsonObject(Files.readString(Path.of("target", "sbom.json")));
        return components(sbom)
                .map(part ->
                        new Part(part.getString("group") + ":" + part.getString("name"), part.getString("version")))
                .distinct()
                .toList();
    }

    private static Stream<JsonObject> components(JsonObject sbom) {
        return sbom.getJsonArray("components").stream().map(JsonObject.class::cast);
    }

    @Override
    public String toString() {
        return name + ":" + version;
    }
}
