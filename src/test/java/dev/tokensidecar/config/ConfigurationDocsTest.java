package dev.tokensidecar.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The documents match the declarations of the keys. If they do not, the new files are in {@code target}, ready to copy. */
class ConfigurationDocsTest {

    private static final Path DOCS = Path.of("docs");
    private static final Path CHART = Path.of("charts", "token-sidecar");

    @Test
    void thePageMatchesTheDeclarations() throws IOException {
        Path page = DOCS.resolve("configuration.md");
        String written = ConfigurationPage.write(Files.readString(page));

        assertThat(page).as(copied("configuration.md", written, DOCS)).hasContent(written);
    }

    /** The first paragraph says that there are no other prefixes. */
    @Test
    void everyPrefixOfTheProcessIsListed() throws IOException {
        String page = Files.readString(DOCS.resolve("configuration.md"));
        String introduction = page.substring(0, page.indexOf("## "));

        assertThat(DeclaredKey.all().stream()
                        .map(DeclaredKey::name)
                        .filter(name -> name.startsWith("sidecar."))
                        .map(name -> "`" + name.substring(0, name.indexOf('.', "sidecar.".length()) + 1)))
                .allSatisfy(prefix -> assertThat(introduction).contains(prefix));
    }

    @Test
    void theSchemaMatchesTheDeclarations() throws IOException {
        String schema = ConfigurationSchema.write();

        assertThat(DOCS.resolve("configuration.schema.json"))
                .as(copied("configuration.schema.json", schema, DOCS))
                .hasContent(schema);
    }

    @Test
    void theSchemaOfTheChartMatchesTheDeclarations() throws IOException {
        String schema = ConfigurationSchema.writeForChart(
                Files.readString(Path.of("src", "test", "resources", "values.schema.json")));

        assertThat(CHART.resolve("values.schema.json"))
                .as(copied("values.schema.json", schema, CHART))
                .hasContent(schema);
    }

    @Test
    void everyDeclaredKeyIsReadAndDescribed() {
        assertThat(DeclaredKey.declared())
                .allSatisfy(key -> assertThat(key.text()).isNotEmpty());
        assertThat(DeclaredKey.all()).allSatisfy(key -> {
            assertThat(key.labelled("Source: ")).isNotEmpty();
            assertThat(key.labelled("Change it ")).endsWith(".");
            assertThat(key.whenWrong()).isNotEmpty();
        });
        assertThat(DeclaredKey.all().stream().map(DeclaredKey::key))
                .containsExactlyInAnyOrderElementsOf(DeclaredKey.declared().stream()
                        .map(DeclaredKey::key)
                        .filter(key -> !key.name().startsWith("quarkus."))
                        .toList());
    }

    private static String copied(String file, String content, Path directory) throws IOException {
        return "cp " + Files.writeString(Path.of("target", file), content) + " " + directory;
    }
}
