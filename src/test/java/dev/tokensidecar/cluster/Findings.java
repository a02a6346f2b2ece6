package dev.tokensidecar.cluster;

import java.util.ArrayList;
import java.util.List;

/** What somebody does not like about manifests: one sentence each. */
final class Findings {

    private final List<String> sentences = new ArrayList<>();

    /** Notes what is wrong if it is not so. */
    void unless(boolean right, String place, String wrong) {
        if (!right) {
            sentences.add(place + " " + wrong);
        }
    }

    List<String> sentences() {
        return List.copyOf(sentences);
    }
}
