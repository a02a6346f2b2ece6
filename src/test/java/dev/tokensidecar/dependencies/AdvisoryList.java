package dev.tokensidecar.dependencies;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;

/** The advisories in the repository and their date; {@code src/test/sh/refresh-advisories.sh} creates a new list. */
record AdvisoryList(LocalDate collected, List<Advisory> advisories) {

    static final Path FILE = Path.of("src", "test", "resources", "advisories", "advisories.json");

    static AdvisoryList read() throws IOException {
        JsonObject file = new JsonObject(Files.readString(FILE));
        return new AdvisoryList(
                LocalDate.parse(file.getString("collected")),
                file.getJsonArray("advisories").stream()
                        .map(JsonObject.class::cast)
                        .map(Advisory::of)
                        .toList());
    }

    List<Match> against(List<Part> parts) {
        return parts.stream()
                .flatMap(part -> advisories.stream()
                        .filter(advisory -> advisory.affects(part))
                        .map(advisory -> new Match(advisory, part)))
                .toList();
    }

    /** A shipped library that an advisory affects. */
    record Match(Advisory advisory, Part part) {

        @Override
        public String toString() {
            return advisory.id() + " " + part + ": " + advisory.summary();
        }
    }
}
