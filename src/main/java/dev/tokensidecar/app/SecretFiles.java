package dev.tokensidecar.app;

import dev.tokensidecar.oauth2.SecretFile;
import dev.tokensidecar.token.Secret;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Turns paths into files with secrets, which are read at each use. */
final class SecretFiles {

    private SecretFiles() {}

    /** One that is there, as the checks of the configuration have seen to. */
    static SecretFile required(@Nullable Path path, String name) {
        return new SecretFile(Objects.requireNonNull(path), name);
    }

    /** Null if there is no file to read. */
    static @Nullable Supplier<List<Secret>> optional(@Nullable Path path, String name) {
        return path == null ? null : new SecretFile(path, name)::read;
    }
}
