package dev.tokensidecar.app;

import dev.tokensidecar.token.CallerGroups;
import dev.tokensidecar.token.Connection;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Groups callers by the user that their process runs as, which no process without special capabilities can choose:
 * Linux lists it for each socket of the pod. Callers by the Unix domain socket are a group of their own, and elsewhere
 * all others are one.
 *
 * <p>A connection is found by both of its ends. By its port alone another user could count as the owner of it: the same
 * port is free at 127.0.0.2, and at 127.0.0.1 towards another listener. Of the sockets of the pod only those that are asked
 * for are kept, by text, so that nobody can choose addresses that slow the search down.
 */
final class PeerUsers implements CallerGroups {

    static final String UNIX_SOCKET = "unix-socket";

    private static final List<Path> SOCKETS = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final int LOCAL_ADDRESS = 1;
    private static final int REMOTE_ADDRESS = 2;
    private static final int REST = 3;
    private static final int USER = 7;
    private static final int INODE = 9;

    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;

    private final List<Path> sockets;

    /** Takes the kernel's own lists. */
    PeerUsers() {
        this(SOCKETS);
    }

    /** @param sockets the kernel's lists of TCP sockets */
    PeerUsers(List<Path> sockets) {
        this.sockets = List.copyOf(sockets);
    }

    @Override
    public List<String> groupsOf(List<Connection> connections) {
        Map<String, String> users = new HashMap<>();
        connections.stream().flatMap(PeerUsers::written).forEach(ends -> users.put(ends, NOBODY));
        sockets.forEach(file -> collect(file, users));
        return connections.stream()
                .map(connection -> groupOf(connection, users))
                .toList();
    }

    private static String groupOf(Connection connection, Map<String, String> users) {
        return connection.caller() instanceof InetSocketAddress
                ? written(connection)
                        .map(users::get)
                        .filter(user -> !NOBODY.equals(user))
                        .findFirst()
                        .orElse(NOBODY)
                : UNIX_SOCKET;
    }

    private void collect(Path file, Map<String, String> users) {
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                collect(line, users);
            }
        } catch (IOException notLinux) {
            // nobody can be told apart, which is what no entry means
        }
    }

    /**
     * A caller's half of a connection has the caller's end as its local end; ours has it the other way round. A socket that
     * its process has closed, in TIME_WAIT for instance, has no inode, and root as its user whoever that was.
     */
    private static void collect(String line, Map<String, String> users) {
        String[] parts = line.strip().split(" +", REST + 1);
        String ends = parts.length > REST ? parts[LOCAL_ADDRESS] + " " + parts[REMOTE_ADDRESS] : "";
        if (!users.containsKey(ends)) {
            return;
        }
        String[] rest = parts[REST].split(" +", -1);
        if (rest.length > INODE - REST && !rest[INODE - REST].equals("0")) {
            users.put(ends, rest[USER - REST]);
        }
    }

    /** Both ends as the kernel writes them; for IPv4 also as those of a socket of IPv6 (RFC 4291 section 2.5.5.2). */
    private static Stream<String> written(Connection connection) {
        if (!(connection.caller() instanceof InetSocketAddress caller)
                || !(connection.listener() instanceof InetSocketAddress listener)) {
            return Stream.empty();
        }
        Stream<UnaryOperator<byte[]>> spellings = Stream.of(address -> address, PeerUsers::mapped);
        return spellings
                .map(spelling -> written(caller, spelling) + " " + written(listener, spelling))
                .distinct();
    }

    /** An address as the kernel writes it: words in the byte order of the machine, then the port. */
    private static String written(InetSocketAddress end, UnaryOperator<byte[]> spelling) {
        byte[] address = swapped(spelling.apply(end.getAddress().getAddress()));
        return HexFormat.of().withUpperCase().formatHex(address) + ":"
                + HexFormat.of().withUpperCase().toHexDigits((short) end.getPort());
    }

    private static byte[] swapped(byte[] words) {
        ByteBuffer from = ByteBuffer.wrap(words);
        ByteBuffer to = ByteBuffer.allocate(words.length).order(ByteOrder.nativeOrder());
        while (from.hasRemaining()) {
            to.putInt(from.getInt());
        }
        return to.array();
    }

    private static byte[] mapped(byte[] address) {
        return address.length == IPV4_BYTES
                ? ByteBuffer.allocate(IPV6_BYTES)
                        .putLong(0)
                        .putInt(0xFFFF)
                        .put(address)
                        .array()
                : address;
    }
}
