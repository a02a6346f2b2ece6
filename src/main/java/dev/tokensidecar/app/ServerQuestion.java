package dev.tokensidecar.app;

import dev.tokensidecar.cli.CheckedConnection;
import dev.tokensidecar.egress.Authority;
import dev.tokensidecar.egress.ProxyRules;
import dev.tokensidecar.egress.ProxyServer;
import dev.tokensidecar.oauth2.HttpDates;
import dev.tokensidecar.oauth2.http.ExchangeWatch;
import dev.tokensidecar.oauth2.http.InboundResponse;
import dev.tokensidecar.oauth2.http.TransportLimits;
import dev.tokensidecar.token.RefreshFailure;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.stream.Stream;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** One question to one server, and what the server shows of itself while it answers. */
final class ServerQuestion implements ExchangeWatch {

    /**
     * The limits of one exchange, whatever the configuration says: the code of a command is cold, and a slow server is not
     * a wrong one.
     */
    static final TransportLimits LIMITS =
            new TransportLimits(Duration.ofSeconds(10), Duration.ofSeconds(15), 1024 * 1024);

    /** The limit for the whole answer, with all addresses of the server. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final String CURE_OF_TLS = ": check the port, have its certificate corrected, or trust the CA that"
            + " issued it, with quarkus.tls.<name>.trust-store.pem.certs";

    private final String subject;
    private final String purpose;
    private final URI address;
    private final InstantSource clock;
    private volatile boolean connected;
    private volatile @Nullable X509Certificate certificate;
    private volatile @Nullable Instant expiresAt;
    private volatile @Nullable Duration clockAhead;

    /**
     * @param subject what needs the server, such as {@code token default}
     * @param purpose what is asked for, such as {@code discovery}
     */
    ServerQuestion(String subject, String purpose, URI address, InstantSource clock) {
        this.subject = subject;
        this.purpose = purpose;
        this.address = address;
        this.clock = clock;
    }

    /** Asks. The result never fails: a failure is the problem in it. */
    Uni<CheckedConnection> ask(Uni<?> request, ProxyRules proxies) {
        return request.ifNoItem()
                .after(LIMIT)
                .fail()
                .map(answer -> result(proxies, null))
                .onFailure()
                .recoverWithItem(failure -> result(proxies, problem(failure)));
    }

    /** Whether there was a connection, so that whatever failed later is not a matter of the network or of TLS. */
    boolean wasConnected() {
        return connected;
    }

    private static String problem(Throwable failure) {
        if (failure instanceof TimeoutException) {
            return "no answer within " + LIMIT.toSeconds() + " s";
        }
        return failure instanceof RefreshFailure known
                ? known.detail() + (known.error().equals("tls_failed") ? CURE_OF_TLS : "")
                : "unexpected: " + failure.getClass().getSimpleName();
    }

    private CheckedConnection result(ProxyRules proxies, @Nullable String problem) {
        ProxyServer proxy = proxies.proxyFor(address);
        X509Certificate shown = certificate;
        return new CheckedConnection(
                subject,
                purpose,
                address.getScheme() + "://" + Authority.of(address) + address.getRawPath(),
                proxy == null ? null : proxy.toString(),
                shown == null ? null : shown.getSubjectX500Principal().getName(),
                expiresAt,
                clockAhead,
                problem);
    }

    @Override
    public void connected(@Nullable SSLSession tls) {
        connected = true;
        if (tls == null) {
            return;
        }
        try {
            Certificate[] chain = tls.getPeerCertificates();
            certificate = chain[0] instanceof X509Certificate first ? first : null;
            expiresAt = Stream.of(chain)
                    .filter(X509Certificate.class::isInstance)
                    .map(each -> ((X509Certificate) each).getNotAfter().toInstant())
                    .min(Comparator.naturalOrder())
                    .orElse(null);
        } catch (SSLPeerUnverifiedException anonymous) {
            // a server without a certificate, which no usual configuration accepts
        }
    }

    @Override
    public void received(InboundResponse response) {
        clockAhead = HttpDates.clockAhead(response, clock.instant());
    }
}
