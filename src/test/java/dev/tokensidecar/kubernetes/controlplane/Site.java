package dev.tokensidecar.kubernetes.controlplane;

import dev.tokensidecar.testing.process.ChildProcess;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a control plane runs.
 *
 * @param entry the command in front of each program, which enters the namespaces of a machine
 * @param address the address at which tests reach it
 * @param listens the address at which the API server listens
 * @param apiPort the port of the API server
 * @param etcdPort the port of etcd
 * @param etcdPeerPort a port that nobody uses
 */
public record Site(List<String> entry, String address, String listens, int apiPort, int etcdPort, int etcdPeerPort) {

    /** The addresses of Services. */
    static final String SERVICES = "10.96.0.0/16";

    /** The first of them: that of the API server. */
    public static final String SERVICE_ADDRESS = "10.96.0.1";

    private static final String LOOPBACK = "127.0.0.1";

    public Site {
        entry = List.copyOf(entry);
    }

    /** Returns a site on free loopback ports of this machine. */
    static Site loopback() {
        return new Site(
                List.of(),
                LOOPBACK,
                LOOPBACK,
                ChildProcess.freePort(),
                ChildProcess.freePort(),
                ChildProcess.freePort());
    }

    /**
     * Returns a site with the usual ports, on a machine of its own.
     *
     * @param entry the command in front of each program, which enters the namespaces of the machine
     */
    public static Site machine(List<String> entry, String address) {
        return new Site(entry, address, "0.0.0.0", 443, 2379, 2380);
    }

    /** Returns the command that starts a program of Kubernetes there. */
    public List<String> command(String program, String... arguments) {
        List<String> command = new ArrayList<>(entry);
        command.add(program(program));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Returns the path of a program of Kubernetes. */
    public static String program(String name) {
        Path home = Path.of(System.getProperty("kubernetes.home", "target/kubernetes"));
        return home.resolve(name).toAbsolutePath().toString();
    }

    URI uri(String scheme, int port) {
        return URI.create(scheme + "://" + address + ":" + port);
    }
}
