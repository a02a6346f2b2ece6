package dev.tokensidecar.oauth2.http;

import dev.tokensidecar.egress.Authority;
import dev.tokensidecar.egress.ProxyServer;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where a request goes.
 *
 * @param proxy the proxy on the way; null for none
 */
record Destination(URI uri, @Nullable ProxyServer proxy) {

    /** The server, or the proxy. */
    Authority nextHop() {
        return proxy == null ? server() : proxy.authority();
    }

    /** Whether the proxy sees encrypted bytes only, so that every response is the server's. */
    boolean isTunnelled() {
        return proxy != null && "https".equals(uri.getScheme());
    }

    Authority server() {
        return Authority.of(uri);
    }

    /** Host and port, the only parts of a URL that a message may show. */
    @Override
    public String toString() {
        return proxy == null ? server().toString() : server() + " through the proxy " + proxy;
    }
}
