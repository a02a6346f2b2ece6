package dev.tokensidecar.app;

import dev.tokensidecar.config.TokenSettings;
import dev.tokensidecar.store.FileStore;
import dev.tokensidecar.store.MemoryStore;
import dev.tokensidecar.store.SeedFile;
import dev.tokensidecar.token.RefreshTokenStore;
import java.nio.file.Path;
import java.time.InstantSource;

/** Turns settings into a place for the refresh token. */
final class Stores {

    private Stores() {}

    static RefreshTokenStore make(TokenSettings.Store settings, InstantSource clock) {
        SeedFile seed = new SeedFile(settings.refreshTokenFile(), clock);
        Path file = settings.file();
        return file == null
                ? new MemoryStore(seed)
                : new FileStore(
                        file,
                        SecretFiles.optional(settings.encryptionKeyFile(), "encryption key"),
                        seed,
                        clock,
                        Threads.saver());
    }
}
