package dev.tokensidecar.dependencies;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Replaces the list of advisories with those of an OSV export for the shipped libraries:
 * {@code src/test/sh/refresh-advisories.sh}.
 */
final class RefreshAdvisories {

    private RefreshAdvisories() {}

    public static void main(String[] arguments) throws IOException {
        Set<String> names = Part.ofTheApplication().stream().map(Part::name).collect(Collectors.toSet());
        List<JsonObject> advisories = new OsvExport(Path.of(arguments[0])).concerning(names);
        Files.writeString(AdvisoryList.FILE, file(LocalDate.now(ZoneOffset.UTC), arguments[0], advisories));
        System.out.println(advisories.size() + " advisories for " + names.size() + " parts");
    }

    /** Writes one line for each advisory, so that a change of the list is readable. */
    static String file(LocalDate collected, String export, List<JsonObject> advisories) {
        return """
                {
                  "collected": "%s",
                  "source": "OSV, %s",
                  "advisories": [
                    %s
                  ]
                }
                """.formatted(
                        collected,
                        Path.of(export).getFileName(),
                        advisories.stream().map(JsonObject::encode).collect(Collectors.joining(",\n    ")));
    }
}
