package dev.tokensidecar.dependencies;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/licenses.md lists the licence of each library of the application. If it does not, the new one is in {@code target}. */
class LicensesIT {

    private static final Path PAGE = Path.of("docs", "licenses.md");

    /** An application may ship a library under one of these, or under a choice that includes one, with its notices. */
    private static final Set<String> ACCEPTED =
            Set.of("Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "EPL-2.0", "MIT", "MIT-0");

    private final Map<String, Set<String>> librariesByLicense = new TreeMap<>();

    LicensesIT() throws IOException {
        new JsonObject(Files.readString(Path.of("target", "sbom.json")))
                .getJsonArray("components").stream()
                        .map(JsonObject.class::cast)
                        .forEach(part -> librariesByLicense
                                .computeIfAbsent(licenses(part), licenses -> new TreeSet<>())
                                .add(part.getString("group") + ":" + withoutArchitecture(part.getString("name"))));
    }

    /** A library of the machine that builds has its architecture in its name. */
    private static String withoutArchitecture(String name) {
        return name.replaceFirst("-linux-\\w+$", "-linux");
    }

    /** Returns the alternatives, in the order of the SBOM. */
    private static String licenses(JsonObject part) {
        return part.getJsonArray("licenses", new JsonArray()).stream()
                .map(JsonObject.class::cast)
                .map(choice -> choice.getJsonObject("license", choice))
                .map(license -> Stream.of("id", "name", "expression")
                        .map(license::getString)
                        .filter(text -> text != null)
                        .findFirst()
                        .orElse("none"))
                .collect(Collectors.joining(" or "));
    }

    @Test
    void thePageListsEachLibrary() throws IOException {
        String page = page();

        assertThat(PAGE)
                .as("cp " + Files.writeString(Path.of("target", "licenses.md"), page) + " " + PAGE)
                .hasContent(page);
    }

    private String page() {
        String rows = librariesByLicense.entrySet().stream()
                .map(entry -> "## %s\n\n%s\n"
                        .formatted(
                                entry.getKey(),
                                entry.getValue().stream()
                                        .map(name -> "- `" + name + "`")
                                        .collect(Collectors.joining("\n"))))
                .collect(Collectors.joining("\n"));
        return """
                # Licences

                The application contains these libraries, each under one of the licences above it. `LicensesIT` writes this page from
                the SBOM, `target/sbom.json`, which has the versions. The sidecar itself is under Apache-2.0.

                """ + rows;
    }

    @Test
    void eachLibraryHasAnAcceptedLicense() {
        assertThat(librariesByLicense.keySet())
                .isNotEmpty()
                .allSatisfy(
                        licenses -> assertThat(List.of(licenses.split(" or "))).containsAnyElementsOf(ACCEPTED));
    }
}
