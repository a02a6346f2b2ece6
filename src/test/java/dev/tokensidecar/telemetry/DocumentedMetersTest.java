package dev.tokensidecar.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.measurement.Scrape;
import dev.tokensidecar.testing.quarkus.SidecarTest;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of meters in the operations guide is complete and correct. */
@QuarkusTest
class DocumentedMetersTest extends SidecarTest {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(token_sidecar_\\w+)` \\| ([^|]*) \\|");
    private static final Pattern WORD = Pattern.compile("`(\\w+)`");

    @Inject
    MeterRegistry meters;

    private static Map<String, Set<String>> documented() throws IOException {
        Map<String, Set<String>> meters = new TreeMap<>();
        ROW.matcher(Files.readString(Path.of("docs/operations.md")))
                .results()
                .forEach(row -> meters.put(row.group(1), words(row)));
        return meters;
    }

    private static Set<String> words(MatchResult row) {
        Set<String> words = new TreeSet<>();
        WORD.matcher(row.group(2)).results().forEach(word -> words.add(word.group(1)));
        return words;
    }

    @Test
    void theGuideListsExactlyTheMeters() throws IOException {
        Scrape all = OptionalMeters.added(meters, time, () -> Scrape.of(management));

        assertThat(all.labels()).isEqualTo(documented());
    }

    @Test
    void aSidecarHasOnlyTheMetersOfWhatIsConfigured() {
        assertThat(Scrape.of(management).labels().keySet()).noneMatch(OptionalMeters::isOne);
    }
}
