package dev.tokensidecar.cli;

import org.jspecify.annotations.Nullable;

/**
 * A key that has a value.
 *
 * @param value {@code ***} stands for each part that may be a credential
 * @param origin who has set it: {@code environment}, {@code system property}, {@code file}, {@code provider} or {@code default}
 * @param location the variable, or the file; null if the origin says it all
 */
public record CheckedSetting(
        String key, String value, String origin, @Nullable String location) {}
