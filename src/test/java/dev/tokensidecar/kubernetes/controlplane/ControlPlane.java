package dev.tokensidecar.kubernetes.controlplane;

import dev.tokensidecar.testing.crypto.CertificateAuthority;
import dev.tokensidecar.testing.crypto.CertificateAuthority.Issued;
import dev.tokensidecar.testing.process.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * etcd and kube-apiserver on loopback ports, with authorization by roles and nothing else around them: no controllers and
 * no scheduler. The programs come from {@code src/test/sh/build-kubernetes.sh}.
 */
public final class ControlPlane implements AutoCloseable {

    private static final String ADDRESS = "127.0.0.1";
    private static final String ADMIN_TOKEN = "the-token-of-the-tests";

    private final CertificateAuthority authority;
    private final int port = ChildProcess.freePort();
    private final URI etcdClients = loopback("http", ChildProcess.freePort());
    private final ServerProgram etcd;
    private final ServerProgram apiServer;
    private final KubernetesApi admin;

    /**
     * Starts both and returns once the API server is ready.
     *
     * @param directory contains their data
     * @param logs contains their logs
     */
    public ControlPlane(Path directory, Path logs) throws Exception {
        // so that tests can read what is stored
        this(directory, logs, List.of("--storage-media-type=application/json"));
    }

    /**
     * Starts both, the API server with further options.
     *
     * @param directory contains their data
     * @param logs contains their logs
     */
    public ControlPlane(Path directory, Path logs, List<String> options) throws Exception {
        Files.createDirectories(directory);
        authority = CertificateAuthority.make(directory, "kubernetes-authority");
        admin = new KubernetesApi(loopback("https", port), authority, ADMIN_TOKEN);
        etcd = new ServerProgram("etcd", etcdCommand(directory), logs, this::etcdIsHealthy);
        try {
            apiServer = new ServerProgram("kube-apiserver", apiServerCommand(directory, options), logs, admin::isReady);
        } catch (IllegalStateException | InterruptedException e) {
            etcd.close();
            throw e;
        }
    }

    private List<String> etcdCommand(Path directory) {
        URI peers = loopback("http", ChildProcess.freePort());
        return List.of(
                program("etcd"),
                "--data-dir=" + directory.resolve("etcd"),
                "--listen-client-urls=" + etcdClients,
                "--advertise-client-urls=" + etcdClients,
                "--listen-peer-urls=" + peers,
                "--initial-advertise-peer-urls=" + peers,
                "--initial-cluster=default=" + peers,
                "--log-level=warn");
    }

    private List<String> apiServerCommand(Path directory, List<String> options) throws Exception {
        Issued server = authority.issue("kube-apiserver");
        Issued signer = authority.issue("service-accounts");
        Path tokens = Files.writeString(directory.resolve("tokens.csv"), ADMIN_TOKEN + ",admin,admin,system:masters\n");
        List<String> command = List.of(
                program("kube-apiserver"),
                "--etcd-servers=" + etcdClients,
                "--bind-address=" + ADDRESS,
                "--advertise-address=" + ADDRESS,
                // the endpoints of the Service kubernetes, which nobody uses, may not be loopback addresses
                "--endpoint-reconciler-type=none",
                "--secure-port=" + port,
                "--service-cluster-ip-range=10.96.0.0/16",
                "--tls-cert-file=" + server.certificate(),
                "--tls-private-key-file=" + server.key(),
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=" + signer.certificate(),
                "--service-account-signing-key-file=" + signer.key(),
                "--authorization-mode=RBAC",
                "--anonymous-auth=false",
                "--token-auth-file=" + tokens);
        return Stream.concat(command.stream(), options.stream()).toList();
    }

    private boolean etcdIsHealthy() throws InterruptedException {
        return EtcdClient.isHealthy(etcdClients);
    }

    private static String program(String name) {
        Path home = Path.of(System.getProperty("kubernetes.home", "target/kubernetes"));
        return home.resolve(name).toAbsolutePath().toString();
    }

    private static URI loopback(String scheme, int port) {
        return URI.create(scheme + "://" + ADDRESS + ":" + port);
    }

    public ServerProgram etcd() {
        return etcd;
    }

    public ServerProgram apiServer() {
        return apiServer;
    }

    /** Waits until the API server is ready again, after a restart of etcd for instance. */
    public void awaitReady() throws InterruptedException {
        apiServer.awaitReady();
    }

    /** Returns the port of the API server on 127.0.0.1. It stays the same. */
    public int port() {
        return port;
    }

    /** Returns a client that may do anything. */
    public KubernetesApi admin() {
        return admin;
    }

    /** Returns the certificate that pods trust, as PEM. */
    public Path authority() {
        return authority.pem();
    }

    /** Returns everything that happens to a Secret from now on, as etcd has it. */
    public SecretHistory history(String namespace, String secret) {
        return new SecretHistory(etcdClients, namespace, secret);
    }

    /** Returns the size of a Secret as etcd has it. */
    public int storedBytes(String namespace, String secret) throws IOException, InterruptedException {
        return EtcdClient.size(etcdClients, SecretHistory.key(namespace, secret));
    }

    @Override
    public void close() {
        apiServer.close();
        etcd.close();
        admin.close();
    }
}
