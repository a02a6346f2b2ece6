package dev.tokensidecar.config;

import static dev.tokensidecar.config.Key.key;
import static dev.tokensidecar.config.ValueType.FLAG;
import static dev.tokensidecar.config.ValueType.choice;

import dev.tokensidecar.config.TokenSettings.GrantType;
import dev.tokensidecar.config.TokenSettings.KubernetesSecret;
import org.jspecify.annotations.Nullable;

/** Declares and reads the group {@code store.kubernetes}. */
final class KubernetesKeys {

    static final String GROUP = "store.kubernetes.";

    /** What happens while the API server does not respond. */
    enum WithoutApi {
        SERVE,
        REFRESH
    }

    /**
     * The Secret with the record of the session. All pods that name it share one session: one of them refreshes, the
     * others take over its tokens. The Secret has to exist, and the service account of the pod needs {@code get},
     * {@code patch} and {@code watch} on it, and nothing else.
     *
     * <p>The sidecar writes the key {@code session} of the Secret and leaves all other keys alone. The key
     * {@code refresh-token}, if there is one, is the seed; it takes the place of {@code store.refresh-token-file}.
     *
     * <p>Every grant can share a session. With {@code client_credentials} and the other grants without a user, all pods
     * share one access token: servers count, limit and sometimes bill token requests per client, not per pod.
     *
     * <p>Type: up to 253 lower-case letters, digits, hyphens and dots
     *
     * <p>Default: then the sidecar does not use the Kubernetes API
     *
     * <p>When wrong: {@code exclude each other} with {@code store.file}; at run time {@code store_forbidden},
     * {@code store_missing}, {@code store_unreachable} and others, or a log line: see
     * <a href="operations.md#store-in-trouble-token_sidecar_store_problem-is-1">Store in trouble</a>
     *
     * <p>Source: RFC 9700 section 4.14.2: a server that rotates refresh tokens may end the session when two pods use
     * the same one; RFC 1123 section 2.1 and the Kubernetes API for names
     *
     * <p>Change it when more than one pod uses a session, at the same time or one after the other: replicas, rolling
     * updates, CronJobs.
     */
    static final OptionalKey<String> SECRET = key("store.kubernetes.secret", ValueFormats.SECRET_NAME);

    /**
     * The namespace of that Secret.
     *
     * <p>Type: up to 63 lower-case letters, digits and hyphens
     *
     * <p>Default: then the namespace of the pod
     *
     * <p>When wrong: {@code is not used without} {@code store.kubernetes.secret}; at run time {@code store_forbidden}
     *
     * <p>Source: the service account that Kubernetes mounts into the pod names the default
     *
     * <p>Change it when pods of several namespaces share one session. The Role and its binding belong in the namespace
     * of the Secret.
     */
    static final OptionalKey<String> NAMESPACE = key("store.kubernetes.namespace", ValueFormats.NAMESPACE);

    /**
     * What the sidecar does while the API server does not respond. In any case it serves an access token until that
     * expires, and reads the Secret again as soon as it can.
     *
     * <ul>
     *   <li>{@code serve}: it presents no refresh token, because another pod could present the same one. It refreshes
     *       when the API server responds again.
     *   <li>{@code refresh}: it presents the newest refresh token that it knows. Several pods may present the same one.
     * </ul>
     *
     * <p>Only {@code refresh_token} and {@code device_code} use this key. With the other grants, whose refresh tokens are
     * expendable, the sidecar never waits for the API server.
     *
     * <p>When wrong: {@code is not used without} {@code store.kubernetes.secret}, {@code is not used with}
     * {@code client_credentials}
     *
     * <p>Source: RFC 9700 section 4.14.2
     *
     * <p>Change it to {@code refresh} when the server does not rotate refresh tokens. At a server that rotates them,
     * {@code refresh} can end the session.
     */
    static final DefaultedKey<WithoutApi> WITHOUT_API =
            key("store.kubernetes.without-api", choice(WithoutApi.class)).defaultsTo("serve");

    /**
     * Makes {@code store.encryption-key-file} mandatory: without it the sidecar does not start. Nobody can then store a
     * session in plain text by leaving out a key. The seed in the key {@code refresh-token} of the Secret is always plain
     * text.
     *
     * <p>When wrong: {@code is not used without} {@code store.kubernetes.secret}
     *
     * <p>Source: own choice: whoever may read Secrets of the namespace could otherwise use the session
     *
     * <p>Change it where a base or a component configures many sidecars, and all of them have to encrypt.
     */
    static final DefaultedKey<Boolean> ENCRYPTION_REQUIRED =
            key("store.kubernetes.encryption-required", FLAG).defaultsTo("false");

    private KubernetesKeys() {}

    /**
     * Reads the group.
     *
     * @param grant the configured grant
     * @return null if no Secret is configured
     */
    static @Nullable KubernetesSecret read(KeyReader keys, GrantType grant) {
        String secret = keys.read(SECRET);
        String namespace = keys.read(NAMESPACE);
        boolean serve = keys.read(WITHOUT_API) == WithoutApi.SERVE;
        boolean encryptionRequired = keys.read(ENCRYPTION_REQUIRED);
        return secret == null
                ? null
                : new KubernetesSecret(secret, namespace, serve && grant.keepsRefreshToken(), encryptionRequired);
    }
}
