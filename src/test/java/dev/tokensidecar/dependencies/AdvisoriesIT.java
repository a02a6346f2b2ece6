package dev.tokensidecar.dependencies;

import static java.util.function.Predicate.not;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.measurement.Figures;
import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * No shipped library has a known vulnerability, unless an explanation says why it does not apply. The test reports the age
 * of the list and never fails because of it.
 */
class AdvisoriesIT {

    private final List<Part> parts = Part.ofTheApplication();
    private final AdvisoryList known = AdvisoryList.read();
    private final List<Explanation> explanations = Explanation.read();
    private final List<AdvisoryList.Match> matches = known.against(parts);

    AdvisoriesIT() throws IOException {}

    @Test
    void everyMatchIsExplained() {
        Figures.record(
                "advisories",
                "known=%d collected=%s days_ago=%d parts=%d matches=%d"
                        .formatted(
                                known.advisories().size(),
                                known.collected(),
                                ChronoUnit.DAYS.between(known.collected(), LocalDate.now(ZoneOffset.UTC)),
                                parts.size(),
                                matches.size()));

        assertThat(matches.stream().filter(not(this::isExplained)))
                .as(
                        "use a version that is not affected, or explain in explanations.json why the advisory does not apply")
                .isEmpty();
    }

    @Test
    void everyExplanationIsNeeded() {
        assertThat(explanations).allSatisfy(explanation -> assertThat(matches).anyMatch(explanation::explains));
    }

    private boolean isExplained(AdvisoryList.Match match) {
        return explanations.stream().anyMatch(explanation -> explanation.explains(match));
    }
}
