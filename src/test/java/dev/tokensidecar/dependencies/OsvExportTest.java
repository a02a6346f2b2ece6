package dev.tokensidecar.dependencies;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A new list of advisories from the files of an OSV export. */
class OsvExportTest {

    private static final Path FILES = Path.of("src", "test", "resources", "advisories", "osv");
    private static final Set<String> OURS = Set.of("org.example:ours");

    @TempDir
    private Path directory;

    @Test
    void keepsAdvisoriesOfOurLibrariesThatAreNotWithdrawn() throws IOException {
        assertThat(new OsvExport(FILES).concerning(OURS))
                .extracting(osv -> osv.getString("id"))
                .containsExactly("GHSA-aaaa-0001", "GHSA-aaaa-0003", "MAL-2099-0005");
        assertThat(new OsvExport(FILES).concerning(Set.of("org.example:nobody")))
                .isEmpty();
    }

    @Test
    void readsAZipFile() throws IOException {
        assertThat(new OsvExport(zip()).concerning(OURS)).isEqualTo(new OsvExport(FILES).concerning(OURS));
    }

    @ParameterizedTest
    @CsvSource({
        "org.example:ours, 0.9, GHSA-aaaa-0001",
        "org.example:ours, 1.1.0, GHSA-aaaa-0001 GHSA-aaaa-0003",
        "org.example:ours, 1.2.0, GHSA-aaaa-0003",
        "org.example:ours, 1.3.0, GHSA-aaaa-0003",
        "org.example:ours, 1.3.1, MAL-2099-0005",
        "org.example:ours, 1.3.2, ''",
        "org.example:theirs, 1.0.0, ''"
    })
    void theListMatchesTheExportForEachVersion(String name, String version, String ids) throws IOException {
        List<Advisory> list = new JsonObject(RefreshAdvisories.file(
                        LocalDate.of(2026, 11, 28), "all.zip", new OsvExport(FILES).concerning(OURS)))
                .getJsonArray("advisories").stream()
                        .map(JsonObject.class::cast)
                        .map(Advisory::of)
                        .toList();

        assertThat(list.stream().filter(advisory -> advisory.affects(new Part(name, version))))
                .extracting(Advisory::id)
                .containsExactly(
                        Stream.of(ids.split(" ")).filter(id -> !id.isEmpty()).toArray(String[]::new));
    }

    private Path zip() throws IOException {
        Path zip = directory.resolve("all.zip");
        try (OutputStream out = Files.newOutputStream(zip);
                ZipOutputStream entries = new ZipOutputStream(out);
                Stream<Path> files = Files.list(FILES)) {
            for (Path file : files.toList()) {
                entries.putNextEntry(new ZipEntry(file.getFileName().toString()));
                entries.write(Files.readAllBytes(file));
            }
        }
        return zip;
    }
}
