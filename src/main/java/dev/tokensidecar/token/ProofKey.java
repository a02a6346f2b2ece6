package dev.tokensidecar.token;

import org.jspecify.annotations.Nullable;

/** A key whose possession this process can prove, request by request (RFC 9449 section 4). Thread-safe. */
public interface ProofKey {

    /** Returns what a store keeps of it. */
    BoundKey bound();

    /**
     * Signs a proof for one request. Does not block.
     *
     * @param method the method of the request
     * @param address the URL of the request; query and fragment do not count
     * @param nonce the newest nonce of the server; null if it has sent none
     * @param accessToken the access token in the request; null at a token endpoint
     */
    Secret prove(String method, String address, @Nullable String nonce, @Nullable Secret accessToken);
}
