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
 * Groups callers by the user that their process runs as: Linux lists it for each socket of the pod, and no process
 * without special capabilities can choose it. Callers at the Unix domain socket are one group. On other systems all
 * remaining callers are one group.
 *
 * <p>Both ends identify a connection. With the port alone another user could pass for the owner: the same port is free at
 * 127.0.0.2, and at 127.0.0.1 towards another listener.
 */
final class PeerUsers implements CallerGroups {

    static final String UNKNOWN = "unknown";
    static final String UNIX_SOCKET = "unix-socket";

    private static final List<Path> SOCKETS = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final List<InetAddress> LISTENING =
            List.of(addressOf(127, 0, 0, 1), addressOf(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1));

    private static final int LOCAL_ADDRESS = 1;
    private static final int REMOTE_ADDRESS = 2;
    private static final int REST = 3;
    private static final int USER = 7;
    private static final int INODE = 9;

    private final List<Path> sockets;

    /** The sidecar's listeners, by their address in the notation of the kernel. */
    private final Map<String, InetSocketAddress> listeners = new HashMap<>();

    /** @param ports the ports that callers connect to, at both loopback addresses */
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
                listeners.put(kernelNotation(bytes, port), listener);
                if (bytes.length == 4) {
                    listeners.put(kernelNotation(mapped(bytes), port), listener);
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
            // without entries all callers are one group
        }
    }

    /**
     * Records the caller's socket of a connection: its remote end is one of the sidecar's listeners. A socket that its
     * process has closed, in TIME_WAIT for instance, has no inode, and the kernel lists root as its user.
     */
    private void collect(String line, Map<Connection, String> users) {
        String[] ends = line.strip().split(" +", REST + 1);
        InetSocketAddress listener = ends.length > REST ? listeners.get(ends[REMOTE_ADDRESS]) : null;
        if (listener == null) {
            return;
        }
        String[] rest = ends[REST].split(" +", -1);
        if (rest.length > INODE - REST && !rest[INODE - REST].equals("0")) {
            users.put(new Connection(parse(ends[LOCAL_ADDRESS]), listener), rest[USER - REST]);
        }
    }

    /** Formats an address as the kernel does: words in the byte order of the machine, then the port. */
    private static String kernelNotation(byte[] address, int port) {
        return "%s:%04X".formatted(HexFormat.of().withUpperCase().formatHex(swapWords(address)), port);
    }

    private static SocketAddress parse(String entry) {
        int colon = entry.indexOf(':');
        byte[] address = swapWords(HexFormat.of().parseHex(entry, 0, colon));
        return new InetSocketAddress(addressOf(address), HexFormat.fromHexDigits(entry, colon + 1, entry.length()));
    }

    private static byte[] swapWords(byte[] words) {
        ByteBuffer from = ByteBuffer.wrap(words);
        ByteBuffer to = ByteBuffer.allocate(words.length).order(ByteOrder.nativeOrder());
        while (from.hasRemaining()) {
            to.putInt(from.getInt());
        }
        return to.array();
    }

    /** Returns the IPv4-mapped IPv6 address (RFC 4291 section 2.5.5.2). */
    private static byte[] mapped(byte[] address) {
        return ByteBuffer.allocate(16).putLong(0).putInt(0xFFFF).put(address).array();
    }

    private static InetAddress addressOf(int... bytes) {
        ByteBuffer address = ByteBuffer.allocate(bytes.length);
        for (int part : bytes) {
            address.put((byte) part);
        }
        return addressOf(address.array());
    }

    /** Returns an IPv4 address for a mapped one, too. */
    private static InetAddress addressOf(byte[] address) {
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException otherLength) {
            throw new IllegalArgumentException(otherLength);
        }
    }
}
