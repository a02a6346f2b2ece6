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
 * Groups callers by the user that their process runs as: Linux lists it for each socket of the pod, and no process
 * without special capabilities can choose it. Callers at the Unix domain socket are one group. On other systems all
 * remaining callers are one group.
 *
 * <p>Both ends identify a connection. With the port alone another user could pass for the owner: the same port is free
 * at 127.0.0.2, and at 127.0.0.1 towards another listener. The map holds only the sockets of the given connections, and
 * its keys are text: nobody can choose addresses that slow the lookup down.
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

    /** Reads the lists of the kernel. */
    PeerUsers() {
        this(SOCKETS);
    }

    /** @param sockets the kernel's lists of TCP sockets */
    PeerUsers(List<Path> sockets) {
        this.sockets = List.copyOf(sockets);
    }

    @Override
    public List<String> groupsOf(List<Connection> connections) {
        List<List<String>> notations =
                connections.stream().map(PeerUsers::kernelNotations).toList();
        Map<String, String> users = new HashMap<>();
        notations.forEach(ofOne -> ofOne.forEach(ends -> users.put(ends, NOBODY)));
        sockets.forEach(file -> collect(file, users));
        return notations.stream().map(ofOne -> groupOf(ofOne, users)).toList();
    }

    private static String groupOf(List<String> notations, Map<String, String> users) {
        return notations.isEmpty()
                ? UNIX_SOCKET
                : notations.stream()
                        .map(users::get)
                        .filter(user -> !NOBODY.equals(user))
                        .findFirst()
                        .orElse(NOBODY);
    }

    private void collect(Path file, Map<String, String> users) {
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                collect(line, users);
            }
        } catch (IOException notLinux) {
            // without entries all callers are one group
        }
    }

    /**
     * Records the caller's socket of a connection. Its local end is the caller's address; the sidecar's own socket
     * lists the two ends in reverse. A socket that its process has closed, in TIME_WAIT for instance, has no inode, and
     * the kernel lists root as its user.
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

    /**
     * Returns both ends as the kernel lists them; nothing for a Unix domain socket. An IPv4 connection may also belong to an
     * IPv6 socket.
     */
    private static List<String> kernelNotations(Connection connection) {
        if (!(connection.caller() instanceof InetSocketAddress caller)
                || !(connection.listener() instanceof InetSocketAddress listener)) {
            return List.of();
        }
        Stream<UnaryOperator<byte[]>> mappings = Stream.of(address -> address, PeerUsers::mapped);
        return mappings.map(mapping -> kernelNotation(caller, mapping) + " " + kernelNotation(listener, mapping))
                .distinct()
                .toList();
    }

    /** Formats an address as the kernel does: words in the byte order of the machine, then the port. */
    private static String kernelNotation(InetSocketAddress end, UnaryOperator<byte[]> mapping) {
        byte[] address = swapWords(mapping.apply(end.getAddress().getAddress()));
        return HexFormat.of().withUpperCase().formatHex(address) + ":"
                + HexFormat.of().withUpperCase().toHexDigits((short) end.getPort());
    }

    private static byte[] swapWords(byte[] words) {
        ByteBuffer from = ByteBuffer.wrap(words);
        ByteBuffer to = ByteBuffer.allocate(words.length).order(ByteOrder.nativeOrder());
        while (from.hasRemaining()) {
            to.putInt(from.getInt());
        }
        return to.array();
    }

    /** Returns the IPv4-mapped IPv6 address (RFC 4291 section 2.5.5.2); an IPv6 address as it is. */
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
