package dev.tokensidecar.testing.core;

import dev.tokensidecar.token.Connection;
import java.net.UnixDomainSocketAddress;

/** A connection for tests to which it does not matter. */
public final class LocalConnection {

    private static final UnixDomainSocketAddress UNNAMED = UnixDomainSocketAddress.of("");

    public static final Connection ANY = new Connection(UNNAMED, UNNAMED);

    private LocalConnection() {}
}
