package dev.tokensidecar.app;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.api.ConfiguredExchange;
import dev.tokensidecar.api.ConfiguredExchanges;
import dev.tokensidecar.config.ForwardSettings;
import dev.tokensidecar.config.ForwardSettings.CallerAuthorization;
import dev.tokensidecar.config.ForwardSettings.Cookies;
import dev.tokensidecar.config.ForwardSettings.Protocol;
import dev.tokensidecar.config.SidecarSettings;
import dev.tokensidecar.egress.ConnectionPool;
import dev.tokensidecar.egress.Connector;
import dev.tokensidecar.egress.HostAddresses;
import dev.tokensidecar.egress.ProxyRules;
import dev.tokensidecar.egress.ProxyServer;
import dev.tokensidecar.egress.ServerNonces;
import dev.tokensidecar.forward.ApiCredentials;
import dev.tokensidecar.forward.BufferBudget;
import dev.tokensidecar.forward.CertificateRenewal;
import dev.tokensidecar.forward.CookieScope;
import dev.tokensidecar.forward.ForwardTarget;
import dev.tokensidecar.forward.Forwarder;
import dev.tokensidecar.forward.LocationMapping;
import dev.tokensidecar.forward.RejectionRule;
import dev.tokensidecar.forward.RequestSlots;
import dev.tokensidecar.forward.Route;
import dev.tokensidecar.forward.SidecarTokens;
import dev.tokensidecar.forward.TargetConnections;
import dev.tokensidecar.forward.TokenSource;
import dev.tokensidecar.forward.UserTokens;
import dev.tokensidecar.ingress.CallerCredentials;
import dev.tokensidecar.telemetry.ForwardMetrics;
import dev.tokensidecar.token.CallerGroups;
import dev.tokensidecar.token.TimeSource;
import dev.tokensidecar.token.TokenServices;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.vertx.core.Future;
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

/** Builds a forwarder from the settings of a route. */
@Singleton
final class Forwarders {

    private static final int MAX_HEADER_BYTES = 64 * 1024;

    /** Large enough that no stream of a shared connection waits for a slow caller of another (RFC 9113 section 6.9.1). */
    private static final int CONNECTION_WINDOW = 100 * Http2Settings.DEFAULT_INITIAL_WINDOW_SIZE;

    /** Shorter than the keep-alive timeout of servers: that of Node.js is 5 s. */
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(4);

    private final Instance<SidecarSettings> settings;
    private final Instance<TokenServices> tokens;
    private final Instance<ConfiguredExchanges> exchanges;
    private final Instance<CallerCredentials> credentials;
    private final TlsConfigurationRegistry tls;
    private final MeterRegistry meters;
    private final ObjectMapper json;
    private final Instance<CallerGroups> callers;
    private final TimeSource time;
    private final ForwardMemory memory = ForwardMemory.ofThisProcess();
    private final BufferBudget budget;
    private final Instance<ProxyRules> proxies;
    private final HostAddresses addresses = new HostAddresses(Threads.resolvers());
    private final ServerNonces nonces = new ServerNonces();
    private @Nullable RequestSlots sharedSlots;

    Forwarders(
            Instance<SidecarSettings> settings,
            Instance<TokenServices> tokens,
            Instance<ConfiguredExchanges> exchanges,
            Instance<CallerCredentials> credentials,
            TlsConfigurationRegistry tls,
            MeterRegistry meters,
            ObjectMapper json,
            Instance<CallerGroups> callers,
            TimeSource time,
            Instance<ProxyRules> proxies) {
        this.settings = settings;
        this.tokens = tokens;
        this.exchanges = exchanges;
        this.credentials = credentials;
        this.tls = tls;
        this.meters = meters;
        this.json = json;
        this.callers = callers;
        this.time = time;
        this.budget = new BufferBudget(memory.shared(), time::nanos);
        this.proxies = proxies;
    }

    /** @param loop the Vert.x that the forwarder runs on */
    Forwarder make(String name, ForwardSettings forward, Vertx loop) {
        ForwardTarget target = ForwardTarget.of(name, forward.target());
        RoutePool ordinary = pool(name, forward, forward.protocol(), loop);
        RoutePool switching = pool(name, forward, Protocol.HTTP1, loop);
        Route route = new Route(
                target,
                source(forward),
                new ApiCredentials(target, nonces),
                () -> Future.all(
                                ordinary.certificates().renew(),
                                switching.certificates().renew())
                        .mapEmpty(),
                new RejectionRule(expiredRule(forward.expired()), forward.expiredChallenge()),
                credentials.get().headers(),
                forward.callerAuthorization() == CallerAuthorization.KEEP,
                new LocationMapping(forward.listenPath(), target),
                forward.cookies() == Cookies.SCOPE ? new CookieScope(forward.listenPath(), target.basePath()) : null,
                new Route.RouteLimits(
                        requests(forward),
                        forward.limits().maxKeptBody(),
                        forward.limits().idleTimeout(),
                        forward.limits().bodyTimeout()),
                new ForwardMetrics(meters, name));
        TargetConnections connections = new TargetConnections(ordinary.connections(), switching.connections());
        return new Forwarder(route, connections, slots(requests(forward), loop), sharedSlots(loop), budget, json);
    }

    /** @param certificates has the connections present the newest client certificate */
    private record RoutePool(ConnectionPool connections, CertificateRenewal certificates) {}

    private RoutePool pool(String name, ForwardSettings forward, Protocol protocol, Vertx loop) {
        ForwardTarget target = ForwardTarget.of(name, forward.target());
        ProxyServer proxy = proxies.get().proxyFor(forward.target());
        TlsFiles files = tlsFiles(tls, name, forward);
        // ConnectionPool keeps the connections, so the client's own pool needs no cleaner
        HttpClient client = loop.createHttpClient(
                options(forward, protocol, target.tls(), files), new PoolOptions().setCleanerPeriod(0));
        Connector connector = new Connector(loop, client, target.authority(), addresses, proxy);
        ConnectionPool pool = new ConnectionPool(loop, connector, MAX_HEADER_BYTES, KEEP_ALIVE);
        if (!target.tls()) {
            return new RoutePool(pool, CertificateRenewal.NONE);
        }
        RouteTls certificates = new RouteTls(
                loop,
                client,
                pool,
                () -> options(forward, protocol, true, files).getSslOptions());
        certificates.start();
        // without a client certificate, a token cannot be bound to one, and a rejected token changes no connection
        return new RoutePool(pool, files.hasClientCertificate() ? certificates : CertificateRenewal.NONE);
    }

    /** Returns the certificate files for the API of a route. */
    static TlsFiles tlsFiles(TlsConfigurationRegistry tls, String name, ForwardSettings forward) {
        return new TlsFiles(tls, "sidecar.forward." + name + ".tls-configuration-name", forward.tlsConfigurationName());
    }

    private TokenSource source(ForwardSettings forward) {
        Duration maxWait = Objects.requireNonNull(settings.get().tokens().get(forward.token()))
                .http()
                .maxWait();
        if (forward.subject() == ForwardSettings.Subject.APPLICATION) {
            return new SidecarTokens(Objects.requireNonNull(tokens.get().get(forward.token())), maxWait);
        }
        ConfiguredExchange exchange = Objects.requireNonNull(exchanges.get().ofRoute(forward.token()));
        return new UserTokens(
                exchange.tokens(),
                exchange.rules().subjectTokenType(),
                exchange.rules().configured(),
                maxWait);
    }

    private RequestSlots slots(int max, Vertx loop) {
        return new RequestSlots(
                max,
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

    /** All routes together get at least the largest limit that the operator configured for one of them. */
    private RequestSlots sharedSlots(Vertx loop) {
        if (sharedSlots == null) {
            int max = settings.get().forwards().values().stream()
                    .mapToInt(this::requests)
                    .max()
                    .orElseThrow();
            sharedSlots = slots(Math.max(max, memory.requests()), loop);
        }
        return sharedSlots;
    }

    private int requests(ForwardSettings forward) {
        Integer max = forward.limits().maxRequests();
        return max == null ? memory.requests() : max;
    }

    private static RejectionRule.@Nullable ResponsePattern expiredRule(ForwardSettings.@Nullable Expired expired) {
        return expired == null
                ? null
                : new RejectionRule.ResponsePattern(
                        expired.status(), JsonPointer.compile(expired.pointer()), expired.text());
    }

    private static HttpClientOptions options(
            ForwardSettings forward, Protocol protocol, boolean secure, TlsFiles files) {
        Duration connectTimeout = forward.limits().connectTimeout();
        HttpClientOptions options = new HttpClientOptions();
        if (secure) {
            files.configure(options);
        }
        boolean http2 = protocol == Protocol.HTTP2 || (secure && protocol == Protocol.AUTO);
        return options.setSsl(secure)
                .setUseAlpn(secure)
                .setProtocolVersion(http2 ? HttpVersion.HTTP_2 : HttpVersion.HTTP_1_1)
                .setHttp2ClearTextUpgrade(false)
                .setHttp2ConnectionWindowSize(CONNECTION_WINDOW)
                .setInitialSettings(new Http2Settings().setMaxHeaderListSize(MAX_HEADER_BYTES))
                .setConnectTimeout((int) connectTimeout.toMillis())
                .setSslHandshakeTimeout(connectTimeout.toMillis())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
    }
}
