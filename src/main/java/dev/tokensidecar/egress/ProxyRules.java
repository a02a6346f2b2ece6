package dev.tokensidecar.egress;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Says which requests go through a proxy. Requests to loopback never do.
 *
 * @param http the proxy for http URLs; null for none
 * @param https the proxy for https URLs; null for none
 * @param exceptions the hosts that the sidecar reaches without a proxy
 */
public record ProxyRules(
        @Nullable ProxyServer http, @Nullable ProxyServer https, NoProxy exceptions) {

    /** No request goes through a proxy. */
    public static final ProxyRules DIRECT = new ProxyRules(null, null, NoProxy.NONE);

    /** Returns the proxy for a URL, or null if the sidecar connects to its host itself. */
    public @Nullable ProxyServer proxyFor(URI uri) {
        ProxyServer proxy = "https".equals(uri.getScheme()) ? https : http;
        return proxy == null || exceptions.contains(Authority.of(uri)) ? null : proxy;
    }
}
