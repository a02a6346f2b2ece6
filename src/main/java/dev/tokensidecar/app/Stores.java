package dev.tokensidecar.app;

import dev.tokensidecar.config.TokenSettings;
import dev.tokensidecar.oauth2.SecretFile;
import dev.tokensidecar.store.FileStore;
import dev.tokensidecar.store.MemoryStore;
import dev.tokensidecar.store.SeedFile;
import dev.tokensidecar.token.RefreshTokenStore;
import dev.tokensidecar.token.Secret;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Turns settings into a place for the refresh token. */
final class Stores {

    private Stores() {}

    static RefreshTokenStore make(TokenSettings.Store settings, InstantSource clock) {
        SeedFile seed = new SeedFile(settings.refreshTokenFile(), clock);
        Path file = settings.file();
        return file == null
                ? new MemoryStore(seed)
                : new FileStore(
                        file, secrets(settings.encryptionKeyFile(), "encryption key"), seed, clock, Threads.saver());
    }

    /** Reads secrets at each use; null if there is no file to read. */
    static @Nullable Supplier<List<Secret>> secrets(@Nullable Path file, String name) {
        return file == null ? null : new SecretFile(file, name)::read;
    }
}
