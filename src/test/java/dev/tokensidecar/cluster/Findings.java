package dev.tokensidecar.cluster;

import java.util.ArrayList;
import java.util.List;

/** The findings about manifests, one sentence each. */
final class Findings {

    private final List<String> all = new ArrayList<>();

    /** Adds a finding if the condition does not hold. */
    void require(boolean condition, String subject, String finding) {
        if (!condition) {
            all.add(subject + " " + finding);
        }
    }

    List<String> all() {
        return List.copyOf(all);
    }
}
