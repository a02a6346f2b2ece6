package dev.tokensidecar.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Times and durations as people read them. */
class HumanTextTest {

    @ParameterizedTest
    @CsvSource({
        "PT-3S, 0 s",
        "PT0.9S, 0 s",
        "PT59S, 59 s",
        "PT60S, 1 min",
        "PT3M12S, 3 min 12 s",
        "PT59M59S, 59 min 59 s",
        "PT2H, 2 h",
        "PT2H5M9S, 2 h 5 min",
        "PT76H, 3 d 4 h"
    })
    void aDurationHasTwoUnits(Duration duration, String text) {
        assertThat(HumanText.rounded(duration)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-01T09:30:05Z, 09:30:05",
        "2026-03-01T00:00:01Z, 00:00:01",
        "2026-02-27T23:59:59Z, 'Feb 27, 23:59'",
        "2026-03-02T09:00:00Z, 'Mar 2, 09:00'"
    })
    void aTimeThatIsFarHasADate(Instant at, String text) {
        assertThat(HumanText.time(at, Instant.parse("2026-03-01T10:00:00Z"))).isEqualTo(text);
    }
}
