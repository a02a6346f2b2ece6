package dev.tokensidecar.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/migrating.md has valid configurations. The commands of that page are for src/test/sh/examples-test.sh. */
class DocumentedMigrationTest {

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```properties\n(.*?)^```$");

    @Test
    void theConfigurationsAreAccepted() throws IOException {
        var blocks = BLOCK.matcher(Files.readString(Path.of("docs", "migrating.md")))
                .results()
                .map(block -> block.group(1))
                .toList();

        assertThat(blocks)
                .hasSize(2)
                .allSatisfy(block -> assertThatCode(() -> read(block)).doesNotThrowAnyException());
    }

    private static void read(String block) throws IOException {
        Properties lines = new Properties();
        lines.load(new StringReader(block));
        Given given = Given.nothing();
        for (String key : lines.stringPropertyNames()) {
            given = given.property(key, lines.getProperty(key));
        }
        var unused = given.all();
    }
}
