package dev.tokensidecar.app;

import dev.tokensidecar.config.SidecarSettings;
import dev.tokensidecar.config.TokenSettings;
import dev.tokensidecar.egress.ProxyRules;
import dev.tokensidecar.exchange.ChainedExchange;
import dev.tokensidecar.exchange.ExchangePolicy;
import dev.tokensidecar.exchange.ExchangeServer;
import dev.tokensidecar.exchange.ExchangedTokens;
import dev.tokensidecar.introspection.IntrospectionService;
import dev.tokensidecar.page.RefreshHistory;
import dev.tokensidecar.store.AccessTokenFile;
import dev.tokensidecar.telemetry.CompositeExchangeListener;
import dev.tokensidecar.telemetry.CompositeTokenListener;
import dev.tokensidecar.telemetry.ExchangeLog;
import dev.tokensidecar.telemetry.ExchangeMetrics;
import dev.tokensidecar.telemetry.RefreshLog;
import dev.tokensidecar.telemetry.TokenMetrics;
import dev.tokensidecar.token.AccessTokenPublisher;
import dev.tokensidecar.token.CallerGroups;
import dev.tokensidecar.token.LastRefresh;
import dev.tokensidecar.token.ProcessId;
import dev.tokensidecar.token.RecordStore;
import dev.tokensidecar.token.Session;
import dev.tokensidecar.token.TimeSource;
import dev.tokensidecar.token.TokenListener;
import dev.tokensidecar.token.TokenRuntime;
import dev.tokensidecar.token.TokenService;
import dev.tokensidecar.token.TokenServices;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.vertx.mutiny.core.Vertx;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** Creates a service for every token. Services share threads, and a session if they name the same refresh token. */
final class TokenFactory implements AutoCloseable {

    private final InstantSource clock = Clock.systemUTC();
    private final MeterRegistry meters;
    private final Tracing tracing;
    private final CallerGroups callers;
    private final AuthorizationServers servers;
    private final Introspections introspections;
    private final TokenRuntime runtime;
    private final Vertx vertx;
    private final ProcessId self;
    private final boolean remembering;
    private final Map<String, RefreshHistory> histories = new HashMap<>();
    private final Map<TokenSettings.Store, Session> shared = new HashMap<>();
    private @Nullable SecretStores secrets;

    /**
     * @param self names this process for others
     * @param remembering whether somebody may ask for the latest refreshes
     */
    TokenFactory(
            ProcessId self,
            boolean remembering,
            TimeSource time,
            Vertx vertx,
            TlsConfigurationRegistry tls,
            MeterRegistry meters,
            Tracing tracing,
            CallerGroups callers,
            ProxyRules proxies) {
        ExecutorService workers = Threads.workers();
        this.self = self;
        this.remembering = remembering;
        this.vertx = vertx;
        this.meters = meters;
        this.tracing = tracing;
        this.callers = callers;
        SecureRandom random = new SecureRandom();
        Transports transports = new Transports(vertx, workers, proxies);
        this.servers = new AuthorizationServers(transports, tls, clock, random);
        this.runtime = new TokenRuntime(time, random, Threads.timers(), workers);
        this.introspections = new Introspections(transports, tls, meters, runtime, clock, random);
    }

    /** Returns what other pods call this one. */
    String pod() {
        return self.name();
    }

    /** Returns the latest refreshes of a token, the oldest first. */
    List<LastRefresh> refreshes(String token) {
        RefreshHistory history = histories.get(token);
        return history == null ? List.of() : history.latest();
    }

    TokenServices make(Map<String, TokenSettings> settings) {
        Map<String, TokenService> services = new LinkedHashMap<>();
        settings.forEach((name, token) -> {
            if (token.exchange() == null) {
                services.put(name, service(name, token));
            }
        });
        return new TokenServices(services);
    }

    /** Creates what exchanges the tokens of users, for every token that callers get for them. */
    Map<String, ExchangedTokens> exchanges(Map<String, TokenSettings> settings) {
        Map<String, ExchangedTokens> exchanges = new LinkedHashMap<>();
        settings.forEach((name, token) -> {
            if (token.exchange() != null) {
                exchanges.put(name, exchange(name, token.exchange(), settings));
            }
        });
        return exchanges;
    }

    /** Creates what checks tokens that others send to the application. */
    IntrospectionService introspection(SidecarSettings settings) {
        return introspections.make(settings);
    }

    private ExchangedTokens exchange(String name, TokenSettings.Exchange exchange, Map<String, TokenSettings> all) {
        TokenSettings settings = Objects.requireNonNull(all.get(name));
        ExchangeMetrics metrics = new ExchangeMetrics(meters, name);
        ExchangePolicy policy = new ExchangePolicy(
                exchange.maxConcurrent(),
                settings.http().maxWaiters(),
                exchange.cacheSize(),
                exchange.rejectionMemory(),
                settings.refresh());
        ExchangedTokens tokens = new ExchangedTokens(
                server(name, exchange.assertionToken(), all),
                policy,
                runtime,
                new CompositeExchangeListener(metrics, new ExchangeLog(name, runtime.time()), tracing.exchanges(name)));
        metrics.watch(tokens);
        return tokens;
    }

    /** @param asserting the token whose result is the assertion; null if callers bring it */
    private ExchangeServer server(String name, @Nullable String asserting, Map<String, TokenSettings> all) {
        ExchangeServer server = servers.exchange(name, Objects.requireNonNull(all.get(name)), null);
        if (asserting == null) {
            return server;
        }
        TokenSettings first = Objects.requireNonNull(all.get(asserting));
        return new ChainedExchange(
                servers.exchange(asserting, first, first.grant().credentials().requestedTokenType()),
                ExchangeRuleSettings.target(first.grant()),
                server);
    }

    private TokenService service(String name, TokenSettings settings) {
        TokenMetrics metrics = new TokenMetrics(meters, name);
        RefreshLog log = new RefreshLog(name);
        AccessTokenFile file = Stores.accessToken(name, settings.file(), runtime, log);
        TokenService service = new TokenService(
                name,
                servers.make(name, settings),
                session(settings.store()),
                settings.refresh(),
                settings.http().maxWaiters(),
                callers,
                runtime,
                new CompositeTokenListener(
                        metrics, log, tracing.refreshes(name), events(name, settings.store()), history(name)),
                file == null ? AccessTokenPublisher.NONE : file);
        metrics.watch(service);
        metrics.watchFile(file == null ? () -> true : file::upToDate);
        return service;
    }

    private TokenListener history(String token) {
        return remembering
                ? histories.computeIfAbsent(token, name -> new RefreshHistory(runtime.time()))
                : TokenListener.NONE;
    }

    /** Without a Secret, nobody has allowed the sidecar to use the API of Kubernetes. */
    private TokenListener events(String token, TokenSettings.Store settings) {
        return settings.kubernetes() == null ? TokenListener.NONE : secrets().events(token);
    }

    /** Tokens with the same store share a session. */
    private Session session(TokenSettings.Store settings) {
        return settings.isVolatile() ? newSession(settings) : shared.computeIfAbsent(settings, this::newSession);
    }

    private Session newSession(TokenSettings.Store settings) {
        TokenSettings.KubernetesSecret secret = settings.kubernetes();
        RecordStore store =
                secret == null ? Stores.make(settings, clock) : secrets().make(settings, secret);
        return new Session(store, settings.timeout(), self, runtime);
    }

    private SecretStores secrets() {
        if (secrets == null) {
            secrets = new SecretStores(vertx, runtime, meters, self, clock, System.getenv());
        }
        return secrets;
    }

    /** Closes connections to stores. The services continue to serve what they have. */
    @Override
    public void close() {
        if (secrets != null) {
            secrets.close();
        }
    }
}
