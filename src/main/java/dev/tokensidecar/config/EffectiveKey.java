package dev.tokensidecar.config;

import org.jspecify.annotations.Nullable;

/**
 * A key and its value, as far as anybody may see it.
 *
 * @param name the full name
 * @param value {@code ***} stands for each part that may be a credential
 * @param origin who has set it
 * @param location the variable, or the file; null if the origin says it all
 */
public record EffectiveKey(
        String name, String value, Origin origin, @Nullable String location) {

    /** Who has set a value. */
    public enum Origin {
        SYSTEM_PROPERTY("system property"),
        ENVIRONMENT("environment"),
        FILE("file"),
        /** {@code provider} brings the value. */
        PROVIDER("provider"),
        DEFAULT("default");

        private final String label;

        Origin(String label) {
            this.label = label;
        }

        /** Returns the name for people and programs. */
        public String label() {
            return label;
        }
    }
}
