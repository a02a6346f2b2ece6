package dev.tokensidecar.app;

import dev.tokensidecar.config.TokenSettings;
import dev.tokensidecar.store.AccessTokenFile;
import dev.tokensidecar.store.Encryption;
import dev.tokensidecar.store.EnvoySecret;
import dev.tokensidecar.store.FileAccess;
import dev.tokensidecar.store.FileCredential;
import dev.tokensidecar.store.FileStore;
import dev.tokensidecar.store.JsonFile;
import dev.tokensidecar.store.MemoryStore;
import dev.tokensidecar.store.SeedFile;
import dev.tokensidecar.store.TextFile;
import dev.tokensidecar.store.TokenFileFormat;
import dev.tokensidecar.token.AccessTokenPublisher;
import dev.tokensidecar.token.RecordStore;
import dev.tokensidecar.token.TokenRuntime;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Builds the store of a refresh token on this machine, and the file of an access token. */
final class Stores {

    private Stores() {}

    static RecordStore make(TokenSettings.Store settings, InstantSource clock) {
        SeedFile seed = new SeedFile(settings.refreshTokenFile(), clock);
        Path file = settings.file();
        return file == null
                ? new MemoryStore(seed)
                : new FileStore(file, encryption(settings), seed, clock, Threads.saver());
    }

    /** Returns null for a store in plain text. */
    static @Nullable Encryption encryption(TokenSettings.Store settings) {
        var keys = SecretFiles.optional(settings.encryptionKeyFile(), "encryption key");
        return keys == null ? null : new Encryption(keys, settings.acceptPlainText());
    }

    /**
     * Creates the file for readers of the access token.
     *
     * @param name the configured name of the token
     * @param listener hears about failures to write the file
     * @return null if no file is configured
     */
    static @Nullable AccessTokenFile accessToken(
            String name,
            TokenSettings.TokenFile settings,
            TokenRuntime runtime,
            AccessTokenPublisher.Listener listener) {
        Path path = settings.path();
        if (path == null) {
            return null;
        }
        FileCredential credential = new FileCredential(settings.field());
        TokenFileFormat format = switch (settings.format()) {
            case TEXT -> new TextFile(credential);
            case JSON -> new JsonFile(credential);
            case ENVOY_SDS -> new EnvoySecret(name, credential);
        };
        FileAccess access = new FileAccess(settings.mode(), settings.group());
        AccessTokenFile file = new AccessTokenFile(path, access, format, runtime, Threads.saver(), listener);
        file.open();
        return file;
    }
}
