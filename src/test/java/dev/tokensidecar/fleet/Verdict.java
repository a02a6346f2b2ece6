package dev.tokensidecar.fleet;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended.
 *
 * @param violation the rule that did not hold, and where; null if all did
 * @param trace the last events; empty unless they were asked for
 */
record Verdict(Schedule schedule, @Nullable String violation, List<String> trace, Map<Count, Integer> counts) {

    boolean isViolationOf(Rule rule) {
        return violation != null && violation.startsWith(rule.name());
    }

    /** Describes the violation for people. */
    String report() {
        return "seed %d: %s%n%s%n%s".formatted(schedule.seed(), violation, schedule, String.join("\n", trace));
    }
}
