package dev.tokensidecar.config;

import static dev.tokensidecar.config.Key.key;
import static dev.tokensidecar.config.ValueType.FLAG;
import static dev.tokensidecar.config.ValueType.exactChoice;

import dev.tokensidecar.config.TokenSettings.DpopSettings;
import dev.tokensidecar.oauth2.keys.ProofAlgorithm;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Declares and reads the group {@code client.dpop}. */
final class ClientDpopKeys {

    static final String GROUP = "client.dpop.";

    /**
     * Proves the possession of a key with each token request, so that the server binds the tokens to that key. The access token
     * then works through <a href="forwarding.md">forwarding</a> only, where the sidecar proves each request to the API.
     * {@code GET /token} and its relatives answer {@code sender_constrained}. A server without DPoP issues a bearer token, which
     * the sidecar uses as one. See <a href="sender-constrained-tokens.md">Sender-constrained tokens</a>.
     *
     * <p>When wrong: {@code needs a route}; {@code cannot be used with} in {@code file} and {@code names a token with} in
     * {@code sidecar.authorize.token}; the server answers {@code invalid_dpop_proof}
     *
     * <p>Source: RFC 9449
     *
     * <p>Change it when server and API know DPoP, above all for a public client: a stolen refresh token is then of no use without
     * the key.
     */
    static final DefaultedKey<Boolean> ENABLED =
            key("client.dpop.enabled", FLAG).defaultsTo("false");

    /**
     * The signature algorithm of the proofs, and the type of the key that the sidecar makes at the start. A session keeps its
     * key, so a new value takes effect with the next login.
     *
     * <p>Default: {@code ES256}; with {@code client.dpop.key-file} the one that fits its key
     *
     * <p>When wrong: {@code is not used without} {@code client.dpop.enabled=true}; at run time {@code proof_key_unreadable} for a
     * key that does not support it; the server answers {@code invalid_dpop_proof}
     *
     * <p>Source: RFC 9449 section 4.2; RFC 7518 section 3.1, RFC 8037 section 3.1
     *
     * <p>Change it when {@code dpop_signing_alg_values_supported} of the server's metadata does not have {@code ES256}.
     */
    static final OptionalKey<ProofAlgorithm> ALGORITHM =
            key("client.dpop.algorithm", exactChoice(ProofAlgorithm.class));

    /**
     * The file with the private key of the proofs, on P-256 or an Ed25519 key, in the formats of {@code client.key-file}; read at
     * the start and with each token request. A token that was obtained with an earlier key is used with that key. The refresh
     * token of a public client works with the key that obtained it only: when you replace this key, log in again.
     *
     * <p>Default: then the sidecar makes a key at the start, and keeps it in the store with each refresh token that it obtains
     *
     * <p>When wrong: {@code is not used without} {@code client.dpop.enabled=true}; at run time {@code proof_key_unreadable}, and
     * {@code invalid_grant} for a refresh token of another key
     *
     * <p>Source: RFC 9449 section 5
     *
     * <p>Change it when somebody else logs in and obtains the first refresh token of a public client with this key, or to keep
     * the key out of the store.
     */
    static final OptionalKey<Path> KEY_FILE = key("client.dpop.key-file", ValueFormats.SECRET_FILE);

    private ClientDpopKeys() {}

    /** Returns null if DPoP is off. */
    static @Nullable DpopSettings read(KeyReader keys) {
        boolean enabled = keys.read(ENABLED);
        DpopSettings settings = new DpopSettings(keys.read(ALGORITHM), keys.read(KEY_FILE));
        return enabled ? settings : null;
    }
}
