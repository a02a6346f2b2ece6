package dev.tokensidecar.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of providers in docs/configuration.md lists every provider with its presets. */
class DocumentedProvidersTest {

    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `([a-z0-9_]+)` \\| ([^|]*) \\| [^|]{10,} \\| [^|]{10,} \\|$");
    private static final Pattern PRESET = Pattern.compile("`([a-z.-]+)=([^`]+)`");
    private static final Pattern TABLE =
            Pattern.compile("(?ms)^\\| provider \\| presets \\| source \\| what to know \\|\n(.*?)\n\n");

    @Test
    void theTableListsThePresets() throws IOException {
        assertThat(documented())
                .isEqualTo(Arrays.stream(Provider.values())
                        .filter(provider -> provider != Provider.GENERIC)
                        .collect(Collectors.toMap(ProviderTest::name, Provider::presets)));
    }

    private static Map<String, Map<String, String>> documented() throws IOException {
        String page = Files.readString(Path.of("docs", "configuration.md"));
        String table = TABLE.matcher(page).results().findFirst().orElseThrow().group(1);
        return ROW.matcher(table)
                .results()
                .collect(Collectors.toMap(row -> row.group(1), row -> presets(row.group(2))));
    }

    private static Map<String, String> presets(String cell) {
        return PRESET.matcher(cell)
                .results()
                .collect(Collectors.toMap(preset -> preset.group(1), preset -> preset.group(2)));
    }
}
