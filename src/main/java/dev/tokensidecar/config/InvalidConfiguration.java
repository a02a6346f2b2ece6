package dev.tokensidecar.config;

import java.util.List;

/** Everything that is wrong with the configuration, in one message. */
public final class InvalidConfiguration extends RuntimeException {

    private final List<String> violations;

    InvalidConfiguration(List<String> violations) {
        super("the configuration has %d violation%s:\n  - %s"
                .formatted(violations.size(), violations.size() == 1 ? "" : "s", String.join("\n  - ", violations)));
        this.violations = violations;
    }

    /** One sentence each: the full key, what is wrong, what to write instead. */
    public List<String> violations() {
        return violations;
    }
}
