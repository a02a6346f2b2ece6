package dev.tokensidecar.app;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.config.ForwardSettings;
import dev.tokensidecar.config.ForwardSettings.CallerAuthorization;
import dev.tokensidecar.config.ForwardSettings.Cookies;
import dev.tokensidecar.config.SidecarSettings;
import dev.tokensidecar.egress.ConnectionPool;
import dev.tokensidecar.forward.BufferBudget;
import dev.tokensidecar.forward.CookieScope;
import dev.tokensidecar.forward.Route;
import dev.tokensidecar.forward.Forwarder;
import dev.tokensidecar.forward.RequestSlots;
import dev.tokensidecar.forward.RejectionRule;
import dev.tokensidecar.forward.ForwardTarget;
import dev.tokensidecar.ingress.CallerCredentials;
import dev.tokensidecar.telemetry.ForwardMetrics;
import dev.tokensidecar.token.CallerGroups;
import dev.tokensidecar.token.TimeSource;
import dev.tokensidecar.token.TokenServices;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Turns settings into what passes requests on. */
@Singleton
final class Forwarders {

    private static final int MAX_HEADER_BYTES = 64 * 1024;

    /** No stream on a shared connection waits for the caller of another one (RFC 9113 section 6.9.1). */
    private static final int CONNECTION_WINDOW = 100 * Http2Settings.DEFAULT_INITIAL_WINDOW_SIZE;

    /** Less than servers wait: Node.js closes after 5 s. */
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(4);

    private static final long TLS_FILES_MILLIS = TimeUnit.MINUTES.toMillis(1);

    private final Instance<SidecarSettings> settings;
    private final Instance<TokenServices> tokens;
    private final Instance<CallerCredentials> proof;
    private final TlsConfigurationRegistry tls;
    private final MeterRegistry meters;
    private final ObjectMapper json;
    private final Instance<CallerGroups> callers;
    private final TimeSource time;
    private final ForwardMemory memory = ForwardMemory.ofThisProcess();
    private final BufferBudget budget = new BufferBudget(memory.shared());
    private @Nullable RequestSlots placesOfAll;

    Forwarders(
            Instance<SidecarSettings> settings,
            Instance<TokenServices> tokens,
            Instance<CallerCredentials> proof,
            TlsConfigurationRegistry tls,
            MeterRegistry meters,
            ObjectMapper json,
            Instance<CallerGroups> callers,
            TimeSource time) {
        this.settings = settings;
        this.tokens = tokens;
        this.proof = proof;
        this.tls = tls;
        this.meters = meters;
        this.json = json;
        this.callers = callers;
        this.time = time;
    }

    /** @param loop what it runs on */
    Forwarder make(String name, ForwardSettings forward, Vertx loop) {
        ForwardTarget target = ForwardTarget.of(forward.target());
        Route way = new Route(
                target,
                Objects.requireNonNull(tokens.get().get(forward.token())),
                Objects.requireNonNull(settings.get().tokens().get(forward.token()))
                        .http()
                        .maxWait(),
                new RejectionRule(told(forward.expired())),
                proof.get().headers(),
                forward.callerAuthorization() == CallerAuthorization.KEEP,
                forward.cookies() == Cookies.SCOPE ? new CookieScope(forward.listenPath(), target.basePath()) : null,
                new Route.RouteLimits(
                        requests(forward),
                        forward.limits().maxKeptBody(),
                        forward.limits().idleTimeout(),
                        forward.limits().bodyTimeout()),
                new ForwardMetrics(meters, name));
        HttpClient client = client(name, forward, target.tls(), loop);
        ConnectionPool pool = new ConnectionPool(loop, client, target.authority(), MAX_HEADER_BYTES, KEEP_ALIVE);
        return new Forwarder(way, pool, places(requests(forward), loop), placesOfAll(loop), budget, json);
    }

    private RequestSlots places(int most, Vertx loop) {
        return new RequestSlots(
                most,
                callers.get(),
                time,
                task -> loop.executeBlocking(Executors.callable(task)),
                (task, delay) -> run(task, delay, loop));
    }

    private static void run(Runnable task, Duration delay, Vertx loop) {
        if (delay.isZero()) {
            loop.runOnContext(now -> task.run());
        } else {
            var unused = loop.setTimer(delay.toMillis() + 1, now -> task.run());
        }
    }

    /** What an operator has written is taken at its word. */
    private RequestSlots placesOfAll(Vertx loop) {
        if (placesOfAll == null) {
            int most = settings.get().forwards().values().stream()
                    .mapToInt(this::requests)
                    .max()
                    .orElseThrow();
            placesOfAll = places(Math.max(most, memory.requests()), loop);
        }
        return placesOfAll;
    }

    private int requests(ForwardSettings forward) {
        Integer most = forward.limits().maxRequests();
        return most == null ? memory.requests() : most;
    }

    private static RejectionRule.@Nullable Told told(ForwardSettings.@Nullable Expired expired) {
        return expired == null
                ? null
                : new RejectionRule.Told(expired.status(), JsonPointer.compile(expired.pointer()), expired.text());
    }

    private HttpClient client(String name, ForwardSettings forward, boolean secure, Vertx loop) {
        TlsFiles files = new TlsFiles(
                tls, "sidecar.forward." + name + ".tls-configuration-name", forward.tlsConfigurationName());
        // the connections are kept elsewhere: nothing to clean up in the client's own pool, every second
        HttpClient client =
                loop.createHttpClient(options(forward, secure, files), new PoolOptions().setCleanerPeriod(0));
        if (secure) {
            loop.setPeriodic(TLS_FILES_MILLIS, time -> readAgain(forward, files, client, loop));
        }
        return client;
    }

    private static HttpClientOptions options(ForwardSettings forward, boolean secure, TlsFiles files) {
        Duration connectTimeout = forward.limits().connectTimeout();
        HttpClientOptions options = new HttpClientOptions();
        if (secure) {
            files.configure(options);
        }
        return options.setSsl(secure)
                .setUseAlpn(secure)
                .setProtocolVersion(secure ? HttpVersion.HTTP_2 : HttpVersion.HTTP_1_1)
                .setHttp2ConnectionWindowSize(CONNECTION_WINDOW)
                .setInitialSettings(new Http2Settings().setMaxHeaderListSize(MAX_HEADER_BYTES))
                .setConnectTimeout((int) connectTimeout.toMillis())
                .setSslHandshakeTimeout(connectTimeout.toMillis())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
    }

    /** Certificates are replaced while the process runs; connections made after that are held to the new ones. */
    private static void readAgain(ForwardSettings forward, TlsFiles files, HttpClient client, Vertx loop) {
        var unused = loop.executeBlocking(() -> options(forward, true, files).getSslOptions())
                .compose(client::updateSSLOptions);
    }
}
