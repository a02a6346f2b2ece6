package dev.tokensidecar.app;

import dev.tokensidecar.oauth2.keys.SecretFile;
import dev.tokensidecar.token.Secret;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Creates secret files from paths. Each use reads the file again. */
final class SecretFiles {

    private SecretFiles() {}

    /** @param path not null, as the checks of the configuration guarantee */
    static SecretFile required(@Nullable Path path, String name) {
        return new SecretFile(Objects.requireNonNull(path), name);
    }

    /** Returns null if no path is configured. */
    static @Nullable Supplier<List<Secret>> optional(@Nullable Path path, String name) {
        return path == null ? null : new SecretFile(path, name)::read;
    }
}
