package dev.tokensidecar.app;

import dev.tokensidecar.token.CallerGroups;
import dev.tokensidecar.token.Connection;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Groups callers by the user that their process runs as, which no process without special capabilities can choose:
 * Linux lists it for each socket of the pod. Callers by the Unix domain socket are a group of their own, and elsewhere
 * all others are one.
 *
 * <p>A connection is found by both of its ends. By its port alone another user could count as the owner of it: the same
 * port is free at 127.0.0.2, and at 127.0.0.1 towards another listener.
 */
final class PeerUsers implements CallerGroups {

    static final String UNKNOWN = "unknown";
    static final String UNIX_SOCKET = "unix-socket";

    private static final List<Path> SOCKETS = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final List<InetAddress> LISTENING =
            List.of(literal(127, 0, 0, 1), literal(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1));

    private static final int LOCAL_ADDRESS = 1;
    private static final int REMOTE_ADDRESS = 2;
    private static final int REST = 3;
    private static final int USER = 7;
    private static final int INODE = 9;

    private final List<Path> sockets;

    /** Our listeners, by the way in which the kernel writes their addresses. */
    private final Map<String, InetSocketAddress> listeners = new HashMap<>();

    /** @param ports where callers connect to, at both loopback addresses */
    PeerUsers(Set<Integer> ports) {
        this(ports, SOCKETS);
    }

    /** @param sockets the kernel's lists of TCP sockets */
    PeerUsers(Set<Integer> ports, List<Path> sockets) {
        this.sockets = List.copyOf(sockets);
        for (int port : ports) {
            for (InetAddress address : LISTENING) {
                InetSocketAddress listener = new InetSocketAddress(address, port);
                byte[] bytes = address.getAddress();
                listeners.put(written(bytes, port), listener);
                if (bytes.length == 4) {
                    listeners.put(written(mapped(bytes), port), listener);
                }
            }
        }
    }

    @Override
    public Function<Connection, String> survey() {
        Map<Connection, String> users = new HashMap<>();
        sockets.forEach(file -> collect(file, users));
        return connection -> connection.caller() instanceof InetSocketAddress
                ? users.getOrDefault(connection, UNKNOWN)
                : UNIX_SOCKET;
    }

    private void collect(Path file, Map<Connection, String> users) {
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                collect(line, users);
            }
        } catch (IOException notLinux) {
            // nobody can be told apart, which is what no entry means
        }
    }

    /**
     * A caller's half of a connection is the socket whose remote end is one of our listeners; ours has it as its local end.
     * A socket that its process has closed, in TIME_WAIT for instance, has no inode, and root as its user whoever that was.
     */
    private void collect(String line, Map<Connection, String> users) {
        String[] ends = line.strip().split(" +", REST + 1);
        InetSocketAddress listener = ends.length > REST ? listeners.get(ends[REMOTE_ADDRESS]) : null;
        if (listener == null) {
            return;
        }
        String[] rest = ends[REST].split(" +", -1);
        if (rest.length > INODE - REST && !rest[INODE - REST].equals("0")) {
            users.put(new Connection(read(ends[LOCAL_ADDRESS]), listener), rest[USER - REST]);
        }
    }

    /** An address as the kernel writes it: words in the byte order of the machine, then the port. */
    private static String written(byte[] address, int port) {
        return "%s:%04X".formatted(HexFormat.of().withUpperCase().formatHex(swapped(address)), port);
    }

    private static SocketAddress read(String written) {
        int colon = written.indexOf(':');
        byte[] address = swapped(HexFormat.of().parseHex(written, 0, colon));
        return new InetSocketAddress(literal(address), HexFormat.fromHexDigits(written, colon + 1, written.length()));
    }

    private static byte[] swapped(byte[] words) {
        ByteBuffer from = ByteBuffer.wrap(words);
        ByteBuffer to = ByteBuffer.allocate(words.length).order(ByteOrder.nativeOrder());
        while (from.hasRemaining()) {
            to.putInt(from.getInt());
        }
        return to.array();
    }

    /** The same address for a socket of IPv6 (RFC 4291 section 2.5.5.2). */
    private static byte[] mapped(byte[] address) {
        return ByteBuffer.allocate(16).putLong(0).putInt(0xFFFF).put(address).array();
    }

    private static InetAddress literal(int... bytes) {
        ByteBuffer address = ByteBuffer.allocate(bytes.length);
        for (int part : bytes) {
            address.put((byte) part);
        }
        return literal(address.array());
    }

    /** An IPv4 address for one that is mapped into IPv6, too. */
    private static InetAddress literal(byte[] address) {
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException otherLength) {
            throw new IllegalArgumentException(otherLength);
        }
    }
}
