package dev.tokensidecar.kubernetes.controlplane;

import dev.tokensidecar.testing.crypto.CertificateAuthority;
import dev.tokensidecar.testing.crypto.CertificateAuthority.Issued;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * etcd and kube-apiserver, with authorization by roles and nothing else around them: no controllers and no scheduler. The
 * programs come from {@code src/test/sh/build-kubernetes.sh}.
 */
public final class ControlPlane implements AutoCloseable {

    private static final String ADMIN_TOKEN = "the-token-of-the-tests";

    /** So that tests can read what is stored. */
    private static final List<String> READABLE = List.of("--storage-media-type=application/json");

    private final CertificateAuthority authority;
    private final Site site;
    private final URI etcdClients;
    private final Issued signer;
    private final ServerProgram etcd;
    private final ServerProgram apiServer;
    private final KubernetesApi admin;

    /**
     * Starts both on loopback ports and returns once the API server is ready.
     *
     * @param directory contains their data
     * @param logs contains their logs
     */
    public ControlPlane(Path directory, Path logs) throws Exception {
        this(directory, logs, Site.loopback());
    }

    /**
     * Starts both at an address of their own, and returns once the API server is ready.
     *
     * @param directory contains their data
     * @param logs contains their logs
     */
    public ControlPlane(Path directory, Path logs, Site site) throws Exception {
        this(directory, logs, site, READABLE);
    }

    /**
     * Starts both on loopback ports, the API server with further options.
     *
     * @param directory contains their data
     * @param logs contains their logs
     */
    public ControlPlane(Path directory, Path logs, List<String> options) throws Exception {
        this(directory, logs, Site.loopback(), options);
    }

    private ControlPlane(Path directory, Path logs, Site site, List<String> options) throws Exception {
        Files.createDirectories(directory);
        this.site = site;
        etcdClients = site.uri("http", site.etcdPort());
        authority = CertificateAuthority.make(directory, "kubernetes-authority");
        signer = authority.issue("service-accounts");
        admin = new KubernetesApi(uri(), authority, ADMIN_TOKEN);
        etcd = new ServerProgram("etcd", etcdCommand(directory), logs, this::etcdIsHealthy);
        try {
            apiServer = new ServerProgram("kube-apiserver", apiServerCommand(directory, options), logs, admin::isReady);
        } catch (IllegalStateException | InterruptedException e) {
            etcd.close();
            throw e;
        }
    }

    private List<String> etcdCommand(Path directory) {
        URI peers = site.uri("http", site.etcdPeerPort());
        return site.command(
                "etcd",
                "--data-dir=" + directory.resolve("etcd"),
                "--listen-client-urls=" + etcdClients,
                "--advertise-client-urls=" + etcdClients,
                "--listen-peer-urls=" + peers,
                "--initial-advertise-peer-urls=" + peers,
                "--initial-cluster=default=" + peers,
                "--log-level=warn");
    }

    private List<String> apiServerCommand(Path directory, List<String> options) throws Exception {
        Issued server = authority.issueFor("kube-apiserver", List.of(site.address(), Site.SERVICE_ADDRESS));
        Path tokens = Files.writeString(directory.resolve("tokens.csv"), ADMIN_TOKEN + ",admin,admin,system:masters\n");
        List<String> command = site.command(
                "kube-apiserver",
                "--etcd-servers=" + etcdClients,
                "--bind-address=" + site.listens(),
                "--advertise-address=" + site.address(),
                // the endpoints of the Service kubernetes, which nobody uses, may not be loopback addresses
                "--endpoint-reconciler-type=none",
                "--secure-port=" + site.apiPort(),
                "--service-cluster-ip-range=" + Site.SERVICES,
                "--tls-cert-file=" + server.certificate(),
                "--tls-private-key-file=" + server.key(),
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=" + signer.certificate(),
                "--service-account-signing-key-file=" + signer.key(),
                "--authorization-mode=RBAC",
                "--anonymous-auth=false",
                // the names of nodes are in no name server
                "--kubelet-preferred-address-types=InternalIP",
                "--token-auth-file=" + tokens);
        return Stream.concat(command.stream(), options.stream()).toList();
    }

    private boolean etcdIsHealthy() throws InterruptedException {
        return EtcdClient.isHealthy(etcdClients);
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

    /** Returns the port of the API server. It stays the same. */
    public int port() {
        return site.apiPort();
    }

    /** Returns the address of the API server. It stays the same. */
    public URI uri() {
        return site.uri("https", site.apiPort());
    }

    /** Returns the key that signs the tokens of service accounts, as PEM. */
    public Path signingKey() {
        return signer.key();
    }

    /** Writes a file with which kubectl, and every other client, may do anything. */
    public Path writeKubeconfig(Path file) throws IOException {
        return Files.writeString(file, """
                apiVersion: v1
                kind: Config
                clusters: [{name: test, cluster: {server: "%s", certificate-authority: "%s"}}]
                users: [{name: admin, user: {token: "%s"}}]
                contexts: [{name: test, context: {cluster: test, user: admin}}]
                current-context: test
                """.formatted(uri(), authority().toAbsolutePath(), ADMIN_TOKEN));
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
