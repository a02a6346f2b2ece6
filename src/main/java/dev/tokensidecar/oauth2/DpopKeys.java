package dev.tokensidecar.oauth2;

import dev.tokensidecar.oauth2.keys.PrivateKeyFile;
import dev.tokensidecar.oauth2.keys.ProofAlgorithm;
import dev.tokensidecar.oauth2.keys.ProofKeyPair;
import dev.tokensidecar.token.BoundKey;
import dev.tokensidecar.token.ProofKey;
import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one client for DPoP proofs. New sessions use the key in a file, or one that this process has made. A refresh
 * token goes with the key that obtained it, because that of a public client is bound to it (RFC 9449 section 5); a file takes
 * precedence. Thread-safe.
 */
public final class DpopKeys {

    /** A session has one key; a fleet, or a file that is replaced, has a few. */
    private static final int MAX_KNOWN = 16;

    private final Supplier<ProofKeyPair> current;
    private final boolean stored;
    private final InstantSource clock;
    private final SecureRandom random;
    private final Map<String, DpopKey> known = new LinkedHashMap<>(MAX_KNOWN, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, DpopKey> eldest) {
            return size() > MAX_KNOWN;
        }
    };

    /** @param stored whether stores keep private keys, because nobody else does */
    private DpopKeys(Supplier<ProofKeyPair> current, boolean stored, InstantSource clock, SecureRandom random) {
        this.current = current;
        this.stored = stored;
        this.clock = clock;
        this.random = random;
    }

    /** Makes a key now. */
    public static DpopKeys generated(ProofAlgorithm algorithm, InstantSource clock, SecureRandom random) {
        ProofKeyPair made = ProofKeyPair.generate(algorithm);
        return new DpopKeys(() -> made, true, clock, random);
    }

    /**
     * Uses the key in a file. Reads it now, and again for each token request, so that a replaced key takes effect; an earlier
     * key continues to serve the tokens that are bound to it.
     *
     * @param algorithm the signature algorithm; null for the one that fits the key
     */
    public static DpopKeys ofFile(
            PrivateKeyFile file, @Nullable ProofAlgorithm algorithm, InstantSource clock, SecureRandom random) {
        DpopKeys keys = new DpopKeys(() -> file.readForProofs(algorithm), false, clock, random);
        try {
            var unused = keys.known(keys.current.get());
        } catch (Misconfigured unreadable) {
            // the token request reports it, as it does if the file becomes unreadable later
        }
        return keys;
    }

    /**
     * Returns the key for a token request. May block.
     *
     * @param presented the key that obtained the refresh token in the request; null without one
     * @throws Misconfigured if the file has no usable key
     */
    ProofKey forRequest(@Nullable BoundKey presented) {
        ProofKey former = stored && presented != null ? restore(presented) : null;
        return former == null ? known(current.get()) : former;
    }

    /** Returns a key that was used before, by this process or another one; null if this process does not have it. */
    synchronized @Nullable ProofKey restore(BoundKey former) {
        DpopKey key = known.get(former.thumbprint());
        if (key != null || former.privateKey() == null) {
            return key;
        }
        try {
            ProofKeyPair pair = ProofKeyPair.parse(former.privateKey());
            return pair.thumbprint().equals(former.thumbprint()) ? known(pair) : null;
        } catch (IllegalArgumentException damaged) {
            return null;
        }
    }

    private synchronized DpopKey known(ProofKeyPair pair) {
        return known.computeIfAbsent(pair.thumbprint(), first -> new DpopKey(pair, stored, clock, random));
    }
}
