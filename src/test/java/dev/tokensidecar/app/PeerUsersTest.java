package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tokensidecar.token.Connection;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real sockets of this process in the lists of the kernel, and lists that other kernels wrote. */
class PeerUsersTest {

    /** As Linux writes them on x86-64 and arm64, with irrelevant parts shortened. */
    private static final String TCP = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:1FFF 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1076 1 0 100 0 0 10 0
               1: 0100007F:9C40 0100007F:1FFF 01 00000000:00000000 00:00000000 00000000  1000        0 2001 1 0 20 4 30 10 -1
               2: 0200007F:9C40 0100007F:1FFF 01 00000000:00000000 00:00000000 00000000  1001        0 2002 1 0 20 4 30 10 -1
               3: 0100007F:9C40 0200007F:1FFF 01 00000000:00000000 00:00000000 00000000  1002        0 2003 1 0 20 4 30 10 -1
               4: 0100007F:9C40 0100007F:2000 01 00000000:00000000 00:00000000 00000000  1003        0 2004 1 0 20 4 30 10 -1
               5: 0100007F:9C40 0100007F:2001 01 00000000:00000000 00:00000000 00000000  1004        0 2005 1 0 20 4 30 10 -1
               6: 0100007F:1FFF 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 2006 1 0 20 4 30 10 -1
               7: 0100007F:9C41 0100007F:1FFF 06 00000000:00000000 03:00000F2D 00000000     0        0 0 3 0
               8: 0100007F:9C42 0100007F:1FFF 05 00000000:00000000 00:00000000 00000000     0        0 0 1 0
               9: 0100007F:9C43 0100007F:1FFF 05 00000000:00000000 00:00000000 00000000  1005        0 2009 1 0 20 4 30 10 -1
              10: 0A00000A:9C40 0100007F:1FFF 02 00000000:00000000 00:00000000 00000000 4294967294        0 2010 1 0
              11: 0100007F:9C44 0100007F:1FFF 01
              12: garbage
            """;

    private static final String TCP6 = """
              sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 00000000000000000000000001000000:9C40 00000000000000000000000001000000:1FFF 01 00000000:00000000 00:00000000 00000000  1006        0 3000 1 0
               1: 0000000000000000FFFF00000100007F:9C45 0000000000000000FFFF00000100007F:1FFF 01 00000000:00000000 00:00000000 00000000  1007        0 3001 1 0
               2: 0000000000000000FFFF00000300007F:9C40 0000000000000000FFFF00000100007F:1FFF 01 00000000:00000000 00:00000000 00000000  1008        0 3002 1 0
               3: 00000000000000000000000001000000:9C46 0000000000000000FFFF00000100007F:1FFF 01 00000000:00000000 00:00000000 00000000  1009        0 3003 1 0
               4: 00000000000000000000000001000000:1FFF 00000000000000000000000001000000:9C40 01 00000000:00000000 00:00000000 00000000     0        0 3004 1 0
            """;

    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

    @TempDir
    Path directory;

    @ParameterizedTest(name = "{0}:{1} to {2}:{3} is {4}")
    @CsvSource({
        "127.0.0.1, 40000, 127.0.0.1, 8191, 1000",
        "127.0.0.2, 40000, 127.0.0.1, 8191, 1001",
        "127.0.0.1, 40000, 127.0.0.2, 8191, 1002",
        "127.0.0.1, 40000, 127.0.0.1, 8192, 1003",
        "127.0.0.1, 40000, 127.0.0.1, 8193, 1004",
        "127.0.0.1, 40001, 127.0.0.1, 8191, unknown",
        "127.0.0.1, 40002, 127.0.0.1, 8191, unknown",
        "127.0.0.1, 40003, 127.0.0.1, 8191, 1005",
        "127.0.0.1, 40004, 127.0.0.1, 8191, unknown",
        "10.0.0.10, 40000, 127.0.0.1, 8191, 4294967294",
        "127.0.0.1, 40000, 127.0.0.1, 8194, unknown",
        "127.0.0.1, 8191,  127.0.0.1, 8191, unknown",
        "::1,       40000, ::1,       8191, 1006",
        "0:0:0:0:0:0:0:1%0, 40000, 0:0:0:0:0:0:0:1%0, 8191, 1006",
        "::1,       40000, 127.0.0.1, 8191, unknown",
        "127.0.0.1, 40005, 127.0.0.1, 8191, 1007",
        "::ffff:127.0.0.1, 40005, ::ffff:127.0.0.1, 8191, 1007",
        "127.0.0.3, 40000, 127.0.0.1, 8191, 1008",
    })
    void aConnectionIsIdentifiedByBothEnds(
            String caller, int callerPort, String listener, int listenerPort, String user) throws IOException {
        assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "the lists are little-endian");
        Path tcp = Files.writeString(directory.resolve("tcp"), TCP);
        Path tcp6 = Files.writeString(directory.resolve("tcp6"), TCP6);

        PeerUsers users = new PeerUsers(List.of(tcp, tcp6));

        assertThat(group(
                        users,
                        new Connection(
                                new InetSocketAddress(caller, callerPort),
                                new InetSocketAddress(listener, listenerPort))))
                .isEqualTo(user);
    }

    @Test
    void withoutTheListsAllCallersAreOneGroup() {
        PeerUsers users = new PeerUsers(List.of(directory.resolve("none")));

        InetSocketAddress anybody = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);
        assertThat(group(users, new Connection(anybody, anybody))).isEqualTo(PeerUsers.UNKNOWN);
        assertThat(group(users, new Connection(UnixDomainSocketAddress.of(""), UnixDomainSocketAddress.of(""))))
                .isEqualTo(PeerUsers.UNIX_SOCKET);
    }

    /** Half a million sockets are more than ten times the ports of a loopback address. */
    @Test
    @Timeout(60)
    void aHugeListOfSocketsIsReadQuickly() throws IOException {
        Path tcp = directory.resolve("tcp");
        try (PrintWriter lines = new PrintWriter(Files.newBufferedWriter(tcp))) {
            for (int i = 0; i < 500_000; i++) {
                lines.println("%d: 0100007F:%04X 0100007F:1234 01 0:0 0:0 0  1001        0 %d 1"
                        .formatted(i, i % 65_536, i + 1));
            }
            lines.println("500000: 0100007F:9C40 0100007F:1FFF 01 0:0 0:0 0  1000        0 2001 1");
        }
        long before = System.nanoTime();

        PeerUsers users = new PeerUsers(List.of(tcp));

        assertThat(group(users, connection("127.0.0.1", 40_000, 8191))).isEqualTo("1000");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void aCallerIsGroupedByTheUserOfItsProcess(String address) throws IOException {
        InetAddress loopback = InetAddress.getByName(address);
        try (ServerSocket server = new ServerSocket(0, 1, loopback);
                Socket caller = new Socket(loopback, server.getLocalPort())) {
            PeerUsers users = new PeerUsers();

            assertThat(group(users, connection(caller))).isEqualTo(ourUser());
            assertThat(group(users, connection(address, server.getLocalPort(), server.getLocalPort())))
                    .as("a port without a connection")
                    .isEqualTo(PeerUsers.UNKNOWN);
        }
    }

    /** The attack: a connection of another user with the victim's port, from another loopback address. */
    @Test
    @Timeout(60)
    void thePortOfAnotherCallerDoesNotImpersonateIt() throws Exception {
        assumeTrue(ourUser().equals("0") && Files.exists(SETPRIV), "only root can become another user");
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Socket victim = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket victimHere = server.accept()) {
            Process attacker = attacker(victim.getLocalPort(), server.getLocalPort());
            try (Socket attackerHere = server.accept()) {
                assertThat(attackerHere.getPort()).isEqualTo(victimHere.getPort());

                PeerUsers users = new PeerUsers();

                assertThat(group(users, connection(victim))).isEqualTo("0");
                assertThat(group(
                                users,
                                new Connection(
                                        attackerHere.getRemoteSocketAddress(), attackerHere.getLocalSocketAddress())))
                        .isEqualTo("10001");
            } finally {
                attacker.destroy();
                attacker.waitFor();
            }
        }
    }

    private static Process attacker(int port, int server) throws IOException {
        return new ProcessBuilder(
                        SETPRIV.toString(),
                        "--reuid=10001",
                        "--regid=10001",
                        "--clear-groups",
                        "curl",
                        "-sS",
                        "--interface",
                        "127.0.0.2",
                        "--local-port",
                        Integer.toString(port),
                        "http://127.0.0.1:" + server)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static String group(PeerUsers users, Connection connection) {
        return users.groupsOf(List.of(connection)).getFirst();
    }

    private static Connection connection(Socket caller) {
        return new Connection(caller.getLocalSocketAddress(), caller.getRemoteSocketAddress());
    }

    private static Connection connection(String caller, int port, int listener) {
        String family = caller.contains(":") ? "::1" : "127.0.0.1";
        return new Connection(new InetSocketAddress(caller, port), new InetSocketAddress(family, listener));
    }

    private static String ourUser() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").toString();
    }
}
