package dev.tokensidecar.app;

import dev.tokensidecar.token.CallerGroups;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Groups callers by the user that their process runs as, which no process can choose freely: Linux lists it for each
 * socket of the pod. Callers by the Unix domain socket are a group of their own, and elsewhere all others are one.
 */
final class PeerUsers implements CallerGroups {

    private static final List<Path> SOCKETS = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final String UNKNOWN = "unknown";
    private static final String UNIX_SOCKET = "unix-socket";

    private static final int LOCAL_ADDRESS = 1;
    private static final int REMOTE_ADDRESS = 2;
    private static final int USER = 7;

    private final String ourPort;

    /** @param port where callers connect to */
    PeerUsers(int port) {
        this.ourPort = ":%04X".formatted(port);
    }

    @Override
    public Function<SocketAddress, String> survey() {
        Map<Integer, String> users = new HashMap<>();
        SOCKETS.forEach(file -> collect(file, users));
        return peer -> peer instanceof InetSocketAddress address
                ? users.getOrDefault(address.getPort(), UNKNOWN)
                : UNIX_SOCKET;
    }

    /** A caller's end of a connection is the socket whose remote port is ours. */
    private void collect(Path file, Map<Integer, String> users) {
        try (Stream<String> lines = Files.lines(file)) {
            lines.map(line -> line.strip().split(" +"))
                    .filter(socket -> socket.length > USER && socket[REMOTE_ADDRESS].endsWith(ourPort))
                    .forEach(socket -> users.merge(port(socket[LOCAL_ADDRESS]), socket[USER], PeerUsers::either));
        } catch (IOException notLinux) {
            // nobody can be told apart, which is what no entry means
        }
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.indexOf(':') + 1), 16);
    }

    /** One port number may be in use at 127.0.0.1 and at [::1]. */
    private static String either(String one, String other) {
        return one.equals(other) ? one : UNKNOWN;
    }
}
