package dev.tokensidecar.cli;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file that the configuration names.
 *
 * @param mode the permissions as octal digits; null if there is no such file
 * @param bytes the size; null if there is no such file
 * @param expiresAt when the first certificate in it expires; null if it holds none
 * @param problem why the sidecar cannot use it; null if it can
 */
public record CheckedFile(
        String key,
        String path,
        @Nullable String mode,
        @Nullable Long bytes,
        @Nullable Instant expiresAt,
        @Nullable String problem) {}
