package dev.tokensidecar.config;

import java.util.List;

/**
 * Everything that the sources say, whether right or wrong.
 *
 * @param settings the settings, with defaults in place of what is wrong
 * @param violations what prevents the start, one sentence each; empty for a valid configuration
 * @param keys the keys that have a value
 */
public record ReadConfiguration(SidecarSettings settings, List<String> violations, List<EffectiveKey> keys) {

    public ReadConfiguration {
        violations = List.copyOf(violations);
        keys = List.copyOf(keys);
    }
}
