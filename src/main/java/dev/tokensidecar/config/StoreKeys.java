package dev.tokensidecar.config;

import static dev.tokensidecar.config.Key.key;
import static dev.tokensidecar.config.ValueType.FLAG;
import static dev.tokensidecar.config.ValueType.POSITIVE_DURATION;

import dev.tokensidecar.config.TokenSettings.GrantType;
import dev.tokensidecar.config.TokenSettings.Store;
import java.nio.file.Path;
import java.time.Duration;

/** Declares and reads the group {@code store}. */
final class StoreKeys {

    /**
     * The first refresh token (seed), normally a mounted Secret. The sidecar only reads it. White space around the
     * token does not count; at most 64 KiB.
     *
     * <p>Default: with {@code refresh_token}, this, {@code store.file} or {@code store.kubernetes.secret} is required
     *
     * <p>When wrong: {@code is missing}, {@code is not used with} {@code client_credentials}; at run time
     * {@code refresh_token_unreadable} or {@code no_refresh_token}
     *
     * <p>Source: RFC 6749 section 1.5
     *
     * <p>Change it when the Secret is mounted elsewhere. After a new login write the new token here. A seed that was
     * not present at any successful refresh goes before the stored token; a seed that was seen before never does.
     */
    static final OptionalKey<Path> REFRESH_TOKEN_FILE = key("store.refresh-token-file", ValueFormats.SECRET_FILE);

    /**
     * The writable file with the newest refresh token. The sidecar replaces it as a whole, readable for its owner only
     * (mode 0600). Its directory has to exist, on a file system that keeps owners and modes. The sidecar rejects a
     * symbolic link in its place. It keeps further files beside this one, with {@code .previous}, {@code .attempt}, {@code .lock} or
     * {@code .damaged} at the end of their names.
     *
     * <p>Type: not that of {@code refresh-token-file}
     *
     * <p>Default: then the newest refresh token is in memory only
     *
     * <p>When wrong: {@code must not be sidecar.token.store.refresh-token-file}, {@code exclude each other} with
     * {@code store.kubernetes.secret}; at run time {@code store_damaged} and others, or a log line: see
     * <a href="operations.md#store-in-trouble-token_sidecar_store_problem-is-1">Store in trouble</a>
     *
     * <p>Source: RFC 9700 section 4.14.2: a server that rotates refresh tokens may end the session when an old one is
     * used again
     *
     * <p>Change it when the server rotates refresh tokens and only one pod uses the session. Use a volume that outlives
     * the pod, and that no other pod uses.
     */
    static final OptionalKey<Path> FILE = key("store.file", ValueFormats.SECRET_FILE);

    /**
     * The file with the key that encrypts the store, {@code store.file} or the record in
     * {@code store.kubernetes.secret}, with AES-256-GCM: 32 random bytes in Base64, as {@code openssl rand -base64 32}
     * prints them. The sidecar reads it at each use. For a rotation write the new key in the first line and the old one
     * in the second: the next save encrypts with the new one. All pods that share a Secret need the same keys, so put the
     * new key in the second line first, and swap the lines when every pod has both.
     *
     * <p>An encrypted store is bound to the path of {@code store.file}, or to namespace and name of the Secret: the
     * sidecar rejects that of another store, even one with the same key ({@code foreign}). Stores of different pods often
     * have the same path, so give each file its own key. The sidecar also rejects a store in plain text
     * ({@code unencrypted}); to encrypt one that is in use, see {@code store.accept-plain-text}. The sidecar cannot detect
     * that somebody has put back an older version of the same store.
     *
     * <p>Default: then the store is plain text; a file has mode 0600
     *
     * <p>When wrong: {@code is not used without} {@code store.file or} {@code store.kubernetes.secret},
     * {@code is missing} with {@code store.kubernetes.encryption-required}; at run time {@code store_undecryptable},
     * {@code store_unencrypted} or {@code store_foreign}
     *
     * <p>Source: NIST SP 800-38D; the header names the key by the first 8 digits of the SHA-256 of its text
     *
     * <p>Change it when the volume is backed up, when anybody but this pod can read it, and with every
     * {@code store.kubernetes.secret}. It protects from a person who gets the store without this key, and from nobody
     * else. So do not put the key into the Secret with the record.
     */
    static final OptionalKey<Path> ENCRYPTION_KEY_FILE = key("store.encryption-key-file", ValueFormats.SECRET_FILE);

    /**
     * Accepts a store in plain text although {@code encryption-key-file} is set, until the process has saved a token
     * for the first time; that save encrypts. While this key is on, each start logs a warning.
     *
     * <p>When wrong: {@code is not used without} {@code store.encryption-key-file}
     *
     * <p>Source: own choice
     *
     * <p>Change it for the one start that switches encryption on for a store that is in use, and remove it once
     * {@code store.file}, or the key {@code session} of the Secret, has a field {@code sealed}. While it is on, anybody
     * who can write to the store can make the sidecar act in another account. Pods without the key cannot read a Secret
     * that another pod has encrypted, so give all pods the key in one rollout.
     */
    static final DefaultedKey<Boolean> ACCEPT_PLAIN_TEXT =
            key("store.accept-plain-text", FLAG).defaultsTo("false");

    /**
     * How long callers wait until a new refresh token is saved. Afterwards the sidecar serves the new access token in
     * any case, and retries the save.
     *
     * <p>Source: own choice
     *
     * <p>Change it when the volume, or the API server of Kubernetes, is slow.
     */
    static final DefaultedKey<Duration> TIMEOUT =
            key("store.timeout", POSITIVE_DURATION).defaultsTo("2s");

    private StoreKeys() {}

    /** @param grant the configured grant */
    static Store read(KeyReader keys, GrantType grant) {
        return new Store(
                keys.read(REFRESH_TOKEN_FILE),
                keys.read(FILE),
                keys.read(ENCRYPTION_KEY_FILE),
                keys.read(ACCEPT_PLAIN_TEXT),
                keys.read(TIMEOUT),
                KubernetesKeys.read(keys, grant));
    }
}
