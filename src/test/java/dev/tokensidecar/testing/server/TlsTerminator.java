package dev.tokensidecar.testing.server;

import dev.tokensidecar.testing.crypto.CertificateAuthority;
import dev.tokensidecar.testing.crypto.CertificateAuthority.Issued;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SSLOptions;
import io.vertx.core.net.TrustOptions;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Terminates TLS in front of a loopback server, as an ingress does. */
public final class TlsTerminator implements AutoCloseable {

    private static final String ADDRESS = "127.0.0.1";

    private final Vertx vertx = Vertx.vertx();
    private final int target;
    private final NetServer server;
    private final Queue<String> clients = new ConcurrentLinkedQueue<>();

    /** Listens on a free port with this certificate. */
    public TlsTerminator(int target, Issued certificate) {
        this(target, certificate, (TrustOptions) null);
    }

    /** Listens on a free port with this certificate, and requires client certificates of the issuer. */
    public TlsTerminator(int target, Issued certificate, CertificateAuthority issuer) {
        this(target, certificate, issuer.trust());
    }

    /**
     * Listens on a free port, names this CA when it asks for client certificates, and accepts any certificate, like a server
     * that knows its clients by their certificates.
     */
    public static TlsTerminator acceptingAny(int target, Issued certificate, CertificateAuthority authority)
            throws Exception {
        return new TlsTerminator(
                target, certificate, TrustOptions.wrap(new AnyClientTrustManager(authority.certificate())));
    }

    private TlsTerminator(int target, Issued certificate, @Nullable TrustOptions clients) {
        this.target = target;
        NetServerOptions options = new NetServerOptions().setSsl(true).setKeyCertOptions(certificate.options());
        if (clients != null) {
            options.setClientAuth(ClientAuth.REQUIRED).setTrustOptions(clients);
        }
        server = join(vertx.createNetServer(options)
                .connectHandler(outside -> {
                    if (clients != null) {
                        recordClient(outside);
                    }
                    forward(outside);
                })
                .listen(0, ADDRESS));
    }

    /** Returns the address of a path of the server behind. */
    public URI uri(String path) {
        return URI.create("https://" + ADDRESS + ":" + server.actualPort()).resolve(path);
    }

    /** Uses another certificate from now on. */
    public void show(Issued certificate) {
        var unused = join(server.updateSSLOptions(new SSLOptions().setKeyCertOptions(certificate.options())));
    }

    /** Returns the subjects of client certificates, one for each connection. */
    public List<String> clients() {
        return List.copyOf(clients);
    }

    @Override
    public void close() {
        var unused = join(vertx.close());
    }

    private void recordClient(NetSocket outside) {
        try {
            X509Certificate shown = (X509Certificate) outside.peerCertificates().getFirst();
            clients.add(shown.getSubjectX500Principal().getName());
        } catch (SSLPeerUnverifiedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void forward(NetSocket outside) {
        outside.pause();
        vertx.createNetClient().connect(target, ADDRESS).onSuccess(inside -> {
            var unused = inside.pipeTo(outside);
            var unusedToo = outside.pipeTo(inside);
            outside.resume();
        });
    }

    private static <T> T join(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }
}
