package dev.tokensidecar.login;

import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A redirect URI on this host (RFC 8252 section 7.3).
 *
 * @param uri the URI; its port is 0 for any port that is free
 */
public record RedirectAddress(URI uri) {

    private static final int HTTP_PORT = 80;

    private static final Set<String> HOSTS = Set.of("127.0.0.1", "[::1]", "localhost");

    /** Any free port, for servers that let native applications choose one. */
    public static final RedirectAddress DEFAULT = new RedirectAddress(URI.create("http://127.0.0.1:0/callback"));

    /** @throws IllegalArgumentException if the browser on this host would not bring the response to this process */
    public RedirectAddress {
        boolean usable = "http".equals(uri.getScheme())
                && uri.getHost() != null
                && HOSTS.contains(uri.getHost())
                && uri.getPort() >= 0
                && uri.getPort() <= 0xffff
                && uri.getRawUserInfo() == null
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null;
        if (!usable) {
            throw new IllegalArgumentException(
                    "a redirect URI is http, with a host of 127.0.0.1, [::1] or localhost and"
                            + " a port, such as http://127.0.0.1:8400/callback");
        }
    }

    /** Returns the address to listen at. A browser that finds nobody at {@code ::1} asks at 127.0.0.1 for localhost. */
    String bindAddress() {
        return uri.getHost().equals("[::1]") ? "::1" : "127.0.0.1";
    }

    /** Whether a request is for this address. Browsers leave the default port out (RFC 9110 section 7.2). */
    boolean isHost(@Nullable String host) {
        return uri.getAuthority().equals(host)
                || (uri.getPort() == HTTP_PORT && uri.getHost().equals(host));
    }

    /** Returns the same with the port that is open. */
    RedirectAddress withPort(int port) {
        return new RedirectAddress(URI.create("http://" + uri.getHost() + ":" + port + uri.getRawPath()));
    }

    /** Returns the path of requests; a URI without a path stands for the root. */
    String path() {
        return uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    }
}
