package dev.tokensidecar.app;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.config.ForwardSettings;
import dev.tokensidecar.config.ForwardSettings.CallerAuthorization;
import dev.tokensidecar.config.SidecarSettings;
import dev.tokensidecar.forward.Forward;
import dev.tokensidecar.forward.Forwarder;
import dev.tokensidecar.forward.KeptBytes;
import dev.tokensidecar.forward.RejectionRule;
import dev.tokensidecar.forward.Target;
import dev.tokensidecar.ingress.CallerProof;
import dev.tokensidecar.telemetry.ForwardMetrics;
import dev.tokensidecar.token.TokenServices;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Turns settings into what passes requests on. */
@Singleton
final class Forwarders {

    /** The share of the heap that bodies kept for a second time may have. */
    private static final int HEAP_SHARE = 8;

    private static final int MAX_HEADER_BYTES = 64 * 1024;
    private static final int STREAMS_OF_A_CONNECTION = 100;

    /** Less than servers wait: Node.js closes after 5 s. */
    private static final int KEEP_ALIVE_SECONDS = 4;

    private static final long TLS_FILES_MILLIS = TimeUnit.MINUTES.toMillis(1);

    private final Instance<SidecarSettings> settings;
    private final Instance<TokenServices> tokens;
    private final Instance<CallerProof> proof;
    private final TlsConfigurationRegistry tls;
    private final MeterRegistry meters;
    private final ObjectMapper json;
    private final KeptBytes kept = new KeptBytes(Runtime.getRuntime().maxMemory() / HEAP_SHARE);

    Forwarders(
            Instance<SidecarSettings> settings,
            Instance<TokenServices> tokens,
            Instance<CallerProof> proof,
            TlsConfigurationRegistry tls,
            MeterRegistry meters,
            ObjectMapper json) {
        this.settings = settings;
        this.tokens = tokens;
        this.proof = proof;
        this.tls = tls;
        this.meters = meters;
        this.json = json;
    }

    /** @param loop what it runs on */
    Forwarder make(String name, ForwardSettings forward, Vertx loop) {
        Target target = Target.of(forward.target());
        Forward way = new Forward(
                target,
                Objects.requireNonNull(tokens.get().get(forward.token())),
                Objects.requireNonNull(settings.get().tokens().get(forward.token()))
                        .http()
                        .maxWait(),
                new RejectionRule(told(forward.expired())),
                proof.get().headers(),
                forward.callerAuthorization() == CallerAuthorization.KEEP,
                new Forward.Limits(
                        forward.limits().maxRequests(),
                        forward.limits().maxKeptBody(),
                        forward.limits().idleTimeout()),
                new ForwardMetrics(meters, name));
        return new Forwarder(way, client(name, forward, target.tls(), loop), kept, json);
    }

    private static RejectionRule.@Nullable Told told(ForwardSettings.@Nullable Expired expired) {
        return expired == null
                ? null
                : new RejectionRule.Told(expired.status(), JsonPointer.compile(expired.pointer()), expired.text());
    }

    private HttpClient client(String name, ForwardSettings forward, boolean secure, Vertx loop) {
        TlsFiles files = new TlsFiles(
                tls, "sidecar.forward." + name + ".tls-configuration-name", forward.tlsConfigurationName());
        HttpClient client = loop.createHttpClient(options(forward, secure, files));
        if (secure) {
            loop.setPeriodic(TLS_FILES_MILLIS, time -> readAgain(forward, files, client, loop));
        }
        return client;
    }

    private static HttpClientOptions options(ForwardSettings forward, boolean secure, TlsFiles files) {
        int requests = forward.limits().maxRequests();
        HttpClientOptions options = new HttpClientOptions();
        if (secure) {
            files.configure(options);
        }
        return options.setSsl(secure)
                .setUseAlpn(secure)
                .setProtocolVersion(secure ? HttpVersion.HTTP_2 : HttpVersion.HTTP_1_1)
                .setMaxPoolSize(requests)
                .setHttp2MaxPoolSize(1 + requests / STREAMS_OF_A_CONNECTION)
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setConnectTimeout((int) forward.limits().connectTimeout().toMillis());
    }

    /** Certificates are replaced while the process runs; connections made after that are held to the new ones. */
    private static void readAgain(ForwardSettings forward, TlsFiles files, HttpClient client, Vertx loop) {
        var unused = loop.executeBlocking(() -> options(forward, true, files).getSslOptions())
                .compose(client::updateSSLOptions);
    }
}
