package dev.tokensidecar.oauth2;

import dev.tokensidecar.egress.ServerNonces;

/**
 * DPoP at authorization servers (RFC 9449 section 5).
 *
 * @param keys the keys of the client
 * @param nonces the nonces of authorization servers
 */
public record Dpop(DpopKeys keys, ServerNonces nonces) {}
