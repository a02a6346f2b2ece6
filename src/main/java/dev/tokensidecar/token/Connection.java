package dev.tokensidecar.token;

import java.net.SocketAddress;

/**
 * A caller's connection, named by both of its ends: one end alone does not identify it (RFC 9293 section 3.4), since
 * another process may use the same port at another address, or the same address and port towards another listener.
 *
 * @param caller the caller's end
 * @param listener our end
 */
public record Connection(SocketAddress caller, SocketAddress listener) {}
