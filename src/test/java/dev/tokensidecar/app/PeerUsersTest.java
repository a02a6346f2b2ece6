package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real sockets of this process, found in the list of the kernel. */
class PeerUsersTest {

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void aCallerIsGroupedByTheUserOfItsProcess(String address) throws IOException {
        InetAddress loopback = InetAddress.getByName(address);
        try (ServerSocket server = new ServerSocket(0, 1, loopback);
                Socket caller = new Socket(loopback, server.getLocalPort())) {
            var groups = new PeerUsers(server.getLocalPort()).survey();

            assertThat(groups.apply(caller.getLocalSocketAddress())).isEqualTo(ourUser());
            assertThat(groups.apply(new InetSocketAddress(loopback, server.getLocalPort())))
                    .as("nobody's port")
                    .isEqualTo("unknown");
            assertThat(groups.apply(UnixDomainSocketAddress.of(""))).isEqualTo("unix-socket");
        }
    }

    private static String ourUser() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").toString();
    }
}
