package dev.tokensidecar.token;

import java.net.SocketAddress;

/**
 * A caller's connection, identified by both of its ends (RFC 9293 section 3.4). One end is not enough: another process may
 * use the same port at another address, or the same address and port towards another listener.
 *
 * @param caller the caller's end
 * @param listener our end
 */
public record Connection(SocketAddress caller, SocketAddress listener) {}
