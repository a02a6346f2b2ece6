package dev.tokensidecar.forward;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.egress.Authority;
import dev.tokensidecar.egress.ConnectionPool;
import dev.tokensidecar.egress.Connector;
import dev.tokensidecar.egress.HostAddresses;
import dev.tokensidecar.egress.ProxyServer;
import dev.tokensidecar.egress.ServerNonces;
import dev.tokensidecar.forward.ForwardListener.Outcome;
import dev.tokensidecar.ingress.AuditTrail;
import dev.tokensidecar.ingress.CallerCredentials;
import dev.tokensidecar.ingress.ConnectionTable;
import dev.tokensidecar.ingress.Entrance;
import dev.tokensidecar.ingress.Guard;
import dev.tokensidecar.ingress.HttpListener;
import dev.tokensidecar.ingress.ListenerLimits;
import dev.tokensidecar.ingress.ProblemResponder;
import dev.tokensidecar.testing.core.FakeAuthorizationServer;
import dev.tokensidecar.testing.core.FakeStore;
import dev.tokensidecar.testing.core.RecordingListener;
import dev.tokensidecar.testing.time.VirtualTime;
import dev.tokensidecar.token.AccessTokenPublisher;
import dev.tokensidecar.token.BackOff;
import dev.tokensidecar.token.Connection;
import dev.tokensidecar.token.ProofKey;
import dev.tokensidecar.token.RefreshPolicy;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.Session;
import dev.tokensidecar.token.TokenRuntime;
import dev.tokensidecar.token.TokenService;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A caller, forwarding mode, an API, and an authorization server that responds immediately with tokens
 * {@code access-N}.
 */
final class ForwardScene implements AutoCloseable {

    static final int MAX_REPEATABLE_BODY = 64 * 1024;
    private static final Duration DAY = Duration.ofDays(1);

    final FakeAuthorizationServer authorizationServer = new FakeAuthorizationServer();
    final Api api;
    final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
    private final VirtualTime time = new VirtualTime();
    private final VirtualTime slotsTime = new VirtualTime();
    private final Semaphore begun = new Semaphore(0);
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final TokenService tokens;
    private final Builder options;
    private final int port;
    private final RequestSlots slots;

    private ForwardScene(Builder options, Api api) throws Exception {
        this.options = options;
        this.api = api;
        authorizationServer.respondImmediately();
        authorizationServer.bindTo(options.key);
        TokenRuntime runtime = new TokenRuntime(time, new Random(1), time, Runnable::run);
        tokens = new TokenService(
                "default",
                authorizationServer,
                new Session(new FakeStore(), Duration.ofSeconds(2), FakeStore.PROCESS, runtime),
                policy(),
                10_000,
                connections -> Collections.nCopies(connections.size(), "group"),
                runtime,
                new RecordingListener(),
                AccessTokenPublisher.NONE);
        if (options.started) {
            tokens.start();
        }
        slots = slots(options.requests);
        port = open();
    }

    private static RefreshPolicy policy() {
        return new RefreshPolicy(
                Duration.ofSeconds(60),
                0,
                Duration.ofSeconds(10),
                Duration.ZERO,
                Duration.ZERO,
                DAY,
                DAY,
                Duration.ofSeconds(30),
                new BackOff(Duration.ofMillis(500), Duration.ofSeconds(30), DAY, DAY));
    }

    private int open() throws Exception {
        ObjectMapper json = new ObjectMapper();
        ForwardTarget target = new ForwardTarget(
                "orders",
                options.targetHost,
                options.targetPort == 0 ? api.port() : options.targetPort,
                options.client.isSsl(),
                options.basePath);
        HttpClientOptions http1 = new HttpClientOptions(options.client).setProtocolVersion(HttpVersion.HTTP_1_1);
        TargetConnections connections = new TargetConnections(pool(options.client, target), pool(http1, target));
        Route route = new Route(
                target,
                options.source == null ? new SidecarTokens(tokens, Duration.ofSeconds(5)) : options.source,
                new ApiCredentials(target, new ServerNonces()),
                options.certificates.apply(connections.ordinary()),
                new RejectionRule(options.rejection, options.challenge),
                Set.of("x-sidecar-secret"),
                options.callerAuthorization,
                new LocationMapping(options.listenPath, target),
                options.cookies,
                new Route.RouteLimits(options.requests, MAX_REPEATABLE_BODY, options.idleTimeout, options.bodyTimeout),
                new ForwardListener() {
                    @Override
                    public void begun() {
                        begun.release();
                    }

                    @Override
                    public void ended(Outcome outcome) {
                        outcomes.add(outcome);
                    }
                });
        Forwarder forwarder = new Forwarder(
                route,
                connections,
                slots,
                slots(options.requests),
                new BufferBudget(options.memory, System::nanoTime),
                json);
        Routes routes = new Routes(List.of(new Routes.Mapping(options.listenPath, forwarder)), json);
        return HttpListener.open(
                        vertx,
                        SocketAddress.inetSocketAddress(0, "127.0.0.1"),
                        Entrance.ofAllTokens("test"),
                        new ConnectionTable(
                                ListenerLimits.ofForwarding(Long.MAX_VALUE), System::nanoTime, failure -> {}),
                        HttpListener.Versions.HTTP_1_1_AND_2,
                        ForwardServer.requests(
                                vertx,
                                List.of(new Guard(new ProblemResponder(json), CallerCredentials.NONE, AuditTrail.OFF)),
                                routes))
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .actualPort();
    }

    private ConnectionPool pool(HttpClientOptions client, ForwardTarget target) {
        Connector connector = new Connector(
                vertx,
                vertx.createHttpClient(client),
                target.authority(),
                new HostAddresses(Runnable::run, options.resolver),
                options.proxy);
        return new ConnectionPool(vertx, connector, 64 * 1024, Duration.ofSeconds(4));
    }

    private RequestSlots slots(int limit) {
        return new RequestSlots(
                limit,
                connections -> connections.stream().map(options.groups).toList(),
                slotsTime,
                Runnable::run,
                this::run);
    }

    private void run(Runnable task, Duration delay) {
        if (delay.isZero()) {
            vertx.runOnContext(now -> task.run());
        } else {
            var unused = slotsTime.schedule(
                    () -> vertx.runOnContext(now -> task.run()), delay.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** Occupies a slot that can never be freed. */
    void occupySlot(Connection caller) {
        vertx.runOnContext(now -> slots.occupy(new RequestSlot(() -> caller), () -> {}));
    }

    /** Lets the next survey of the slots begin. */
    void letTimePass() {
        slotsTime.advance(Duration.ofSeconds(1));
    }

    /** Waits until so many requests have occupied a slot or were rejected. */
    void awaitBegun(int requests) throws InterruptedException {
        if (!begun.tryAcquire(requests, 20, TimeUnit.SECONDS)) {
            throw new AssertionError("not all requests have begun");
        }
    }

    int port() {
        return port;
    }

    TokenService tokens() {
        return tokens;
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(20));
    }

    CompletableFuture<HttpResponse<byte[]>> send(HttpRequest.Builder request) {
        return client.sendAsync(request.build(), BodyHandlers.ofByteArray());
    }

    HttpResponse<String> fetch(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    CompletableFuture<HttpResponse<String>> fetchAsync(HttpRequest.Builder request) {
        return client.sendAsync(request.build(), BodyHandlers.ofString());
    }

    Outcome outcome() throws InterruptedException {
        Outcome outcome = outcomes.poll(20, TimeUnit.SECONDS);
        if (outcome == null) {
            throw new AssertionError("no request ended");
        }
        return outcome;
    }

    static Builder builder() {
        return new Builder();
    }

    @Override
    public void close() {
        client.shutdownNow();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        api.close();
    }

    /** Sets what a scene does differently. */
    static final class Builder {
        private HttpServerOptions server = new HttpServerOptions();
        private HttpClientOptions client = new HttpClientOptions();
        private RejectionRule.@Nullable ResponsePattern rejection;
        private @Nullable String challenge;
        private HostAddresses.Resolver resolver = InetAddress::getAllByName;
        private Duration idleTimeout = Duration.ofSeconds(20);
        private String basePath = "/base";
        private String listenPath = "/api";
        private boolean callerAuthorization;
        private @Nullable TokenSource source;
        private boolean started = true;
        private int requests = 1000;
        private int targetPort;
        private Function<Connection, String> groups = connection -> "group";
        private long memory = Long.MAX_VALUE;
        private Duration bodyTimeout = Duration.ofSeconds(20);
        private @Nullable CookieScope cookies;
        private String targetHost = "127.0.0.1";
        private @Nullable ProxyServer proxy;
        private @Nullable ProofKey key;
        private Function<ConnectionPool, CertificateRenewal> certificates = pool -> CertificateRenewal.NONE;

        /** Binds the tokens to this key. */
        Builder bound(ProofKey next) {
            key = next;
            return this;
        }

        /** Expires all connections to the API when it rejects a token, as if the client certificate had changed. */
        Builder renewedCertificate() {
            certificates = pool -> () -> {
                pool.expire();
                return Future.succeededFuture();
            };
            return this;
        }

        /** Puts a loopback proxy before an API of this name. */
        Builder proxy(String target, int port, @Nullable Supplier<Secret> credentials) {
            targetHost = target;
            proxy = new ProxyServer(new Authority("127.0.0.1", port), credentials);
            return this;
        }

        Builder tls(HttpServerOptions serverOptions, HttpClientOptions clientOptions) {
            server = serverOptions;
            client = clientOptions;
            return this;
        }

        Builder resolver(HostAddresses.Resolver next) {
            resolver = next;
            return this;
        }

        Builder challenge(String next) {
            challenge = next;
            return this;
        }

        Builder rejection(RejectionRule.ResponsePattern next) {
            rejection = next;
            return this;
        }

        Builder idleTimeout(Duration next) {
            idleTimeout = next;
            return this;
        }

        Builder basePath(String next) {
            basePath = next;
            return this;
        }

        Builder listenPath(String next) {
            listenPath = next;
            return this;
        }

        Builder callerAuthorization() {
            callerAuthorization = true;
            return this;
        }

        Builder tokens(TokenSource next) {
            source = next;
            return this;
        }

        Builder withoutToken() {
            started = false;
            return this;
        }

        Builder requests(int limit) {
            requests = limit;
            return this;
        }

        Builder targetPort(int other) {
            targetPort = other;
            return this;
        }

        Builder groups(Function<Connection, String> next) {
            groups = next;
            return this;
        }

        Builder memory(long bytes) {
            memory = bytes;
            return this;
        }

        Builder bodyTimeout(Duration next) {
            bodyTimeout = next;
            return this;
        }

        Builder cookies() {
            cookies = new CookieScope("/api", basePath);
            return this;
        }

        ForwardScene open() throws Exception {
            return new ForwardScene(this, new Api(server));
        }
    }
}
