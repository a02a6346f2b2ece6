package dev.tokensidecar.app;

import java.net.Inet6Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;

/** The addresses that {@code localhost} can mean. A client that tries IPv6 first must not reach another process there. */
final class LoopbackAddresses {

    static final String V4 = "127.0.0.1";
    static final String V6 = "::1";

    private LoopbackAddresses() {}

    /** Returns the loopback addresses that this host has. */
    static List<String> addresses() {
        return hasV6() ? List.of(V4, V6) : List.of(V4);
    }

    private static boolean hasV6() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .anyMatch(address -> address instanceof Inet6Address && address.isLoopbackAddress());
        } catch (SocketException none) {
            return false;
        }
    }
}
