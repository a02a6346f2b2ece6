package dev.tokensidecar.testing.core;

import dev.tokensidecar.token.Connection;
import java.net.UnixDomainSocketAddress;

/** How a caller is connected in tests that do not care. */
public final class LocalConnection {

    private static final UnixDomainSocketAddress UNNAMED = UnixDomainSocketAddress.of("");

    public static final Connection ANY = new Connection(UNNAMED, UNNAMED);

    private LocalConnection() {}
}
