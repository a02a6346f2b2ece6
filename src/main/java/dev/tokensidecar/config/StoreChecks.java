package dev.tokensidecar.config;

import dev.tokensidecar.config.TokenSettings.Store;

/** Checks which keys of the store go together. */
final class StoreChecks {

    private StoreChecks() {}

    static void check(Store store, KeyReader keys) {
        boolean file = keys.isSet(StoreKeys.FILE);
        boolean secret = keys.isSet(KubernetesKeys.SECRET);
        if (file && secret) {
            keys.reject(
                    KubernetesKeys.SECRET,
                    "and {}" + StoreKeys.FILE + " exclude each other: leave one out, a session is kept in one place");
        }
        if (!secret) {
            keys.configuredKeys(KubernetesKeys.GROUP)
                    .forEach(key -> keys.reject(
                            key,
                            "is not used without {}" + KubernetesKeys.SECRET + ": leave it out or name that Secret"));
        }
        checkEncryption(store, file || secret, keys);
        if (store.file() != null && store.file().equals(store.refreshTokenFile())) {
            keys.reject(StoreKeys.FILE, "must not be {}" + StoreKeys.REFRESH_TOKEN_FILE + ": the seed is only read");
        }
    }

    private static void checkEncryption(Store store, boolean stored, KeyReader keys) {
        boolean encrypted = keys.isSet(StoreKeys.ENCRYPTION_KEY_FILE);
        if (encrypted && !stored) {
            keys.reject(
                    StoreKeys.ENCRYPTION_KEY_FILE,
                    "is not used without {}" + StoreKeys.FILE + " or {}" + KubernetesKeys.SECRET
                            + ": leave it out or set one of them");
        }
        if (!encrypted && store.acceptPlainText()) {
            keys.reject(
                    StoreKeys.ACCEPT_PLAIN_TEXT,
                    "is not used without {}" + StoreKeys.ENCRYPTION_KEY_FILE + ": leave it out or name that file");
        }
        if (!encrypted && store.kubernetes() != null && store.kubernetes().encryptionRequired()) {
            keys.reject(
                    StoreKeys.ENCRYPTION_KEY_FILE,
                    "is missing, and {}" + KubernetesKeys.ENCRYPTION_REQUIRED
                            + " demands it: name the file that holds the key");
        }
    }
}
