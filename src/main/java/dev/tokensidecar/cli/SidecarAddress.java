package dev.tokensidecar.cli;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the sidecar listens for applications.
 *
 * @param socket a loopback address, or a Unix domain socket
 * @param host the value of {@code Host}, which the guard of the sidecar checks
 */
record SidecarAddress(SocketAddress socket, String host) {

    private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final int HTTP_PORT = 80;

    /**
     * Returns the address from an option, else from the keys that the sidecar reads too.
     *
     * @param url null for no option
     * @throws IllegalArgumentException if the URL is invalid
     */
    static SidecarAddress of(@Nullable String url, Terminal terminal) {
        if (url != null) {
            return ofUrl(url);
        }
        GivenSetting path = terminal.setting("sidecar.guard.socket");
        if (path != null) {
            return new SidecarAddress(UnixDomainSocketAddress.of(Path.of(path.value())), "localhost");
        }
        return ofPort("localhost", Ports.of(terminal, "quarkus.http.port", 8191));
    }

    /** The sidecar listens on loopback only, and a token must not travel a network in plain text. */
    private static SidecarAddress ofUrl(String url) {
        URI uri = URI.create(url);
        boolean root = uri.getRawPath() == null || uri.getRawPath().matches("/?");
        if (!"http".equals(uri.getScheme())
                || uri.getHost() == null
                || !LOCAL.contains(uri.getHost())
                || uri.getRawUserInfo() != null
                || uri.getRawQuery() != null
                || !root) {
            throw new IllegalArgumentException("--url is the address of a sidecar, such as http://localhost:8191");
        }
        return ofPort(uri.getHost(), uri.getPort() < 0 ? HTTP_PORT : uri.getPort());
    }

    private static SidecarAddress ofPort(String host, int port) {
        return new SidecarAddress(new InetSocketAddress(address(host), port), host + ":" + port);
    }

    private static InetAddress address(String host) {
        try {
            return host.equals("localhost") ? InetAddress.getLoopbackAddress() : InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("this host has no address " + host, e);
        }
    }

    /** For messages. */
    @Override
    public String toString() {
        return socket instanceof UnixDomainSocketAddress path ? path.getPath().toString() : host;
    }
}
