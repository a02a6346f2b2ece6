package dev.tokensidecar.config;

import java.util.List;

/** Lists everything that is wrong with the configuration in its message. */
public final class InvalidConfiguration extends RuntimeException {

    /** @param violations one sentence each: the full key, the problem and the remedy */
    InvalidConfiguration(List<String> violations) {
        super("the configuration has %d violation%s:\n  - %s"
                .formatted(violations.size(), violations.size() == 1 ? "" : "s", String.join("\n  - ", violations)));
    }
}
