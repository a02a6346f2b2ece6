package dev.tokensidecar.cli;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the sidecar listens for applications.
 *
 * @param socket a loopback address, or a Unix domain socket
 * @param host the value of {@code Host}, which the guard of the sidecar checks
 */
record SidecarAddress(SocketAddress socket, String host) {

    private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Pattern SOCKET = Pattern.compile("SIDECAR_SOCKETS_\\w+_PATH");
    private static final int HTTP_PORT = 80;

    /**
     * Returns the address from an option, else from the keys that the sidecar reads too.
     *
     * @param url null for no option
     * @throws IllegalArgumentException if the URL is invalid, or the variables name several sockets
     */
    static SidecarAddress of(@Nullable String url, Terminal terminal) {
        if (url != null) {
            return ofUrl(url);
        }
        Collection<GivenSetting> sockets = sockets(terminal);
        if (sockets.size() > 1) {
            throw new IllegalArgumentException(
                    "SIDECAR_SOCKETS_<NAME>_PATH is set for several sockets: set it for one of them, or use --url");
        }
        if (!sockets.isEmpty()) {
            Path path = Path.of(sockets.iterator().next().value());
            return new SidecarAddress(UnixDomainSocketAddress.of(path), "localhost");
        }
        return ofPort("localhost", Ports.of(terminal, "quarkus.http.port", 8191));
    }

    /** Returns the path of each socket, by the name of its variable. */
    private static Collection<GivenSetting> sockets(Terminal terminal) {
        Map<String, GivenSetting> sockets = new TreeMap<>();
        Stream.concat(terminal.properties().keySet().stream(), terminal.environment().keySet().stream())
                .filter(key -> SOCKET.matcher(GivenSetting.variable(key)).matches())
                .forEach(key -> {
                    GivenSetting path = terminal.setting(key);
                    if (path != null) {
                        sockets.putIfAbsent(GivenSetting.variable(key), path);
                    }
                });
        return sockets.values();
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
