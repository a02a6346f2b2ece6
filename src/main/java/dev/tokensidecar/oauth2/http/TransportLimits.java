package dev.tokensidecar.oauth2.http;

import java.time.Duration;

/**
 * Limits one exchange with a server.
 *
 * @param connectTimeout limit for name resolution, and again for connection and TLS handshake together with one address
 * @param timeout limit for the whole exchange with one address, up to the last byte of the response
 * @param maxBodyBytes the maximum size of the response's body, decoded
 */
public record TransportLimits(Duration connectTimeout, Duration timeout, int maxBodyBytes) {}
