package dev.tokensidecar.token;

import dev.tokensidecar.testing.core.FakeAuthorizationServer;
import dev.tokensidecar.testing.core.FakeStore;
import dev.tokensidecar.testing.core.Policies;
import dev.tokensidecar.testing.core.RecordingListener;
import dev.tokensidecar.testing.time.VirtualTime;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A token service with fakes: virtual time, no jitter, and everything on the thread of the test. */
final class Core {

    static final RefreshPolicy POLICY = Policies.DEFAULT;

    /** Each process has a name and a place of its own. */
    private static final AtomicInteger PROCESSES = new AtomicInteger();

    static final Duration WAIT = Duration.ofSeconds(5);
    static final Caller CALLER = callerAt(1);

    final VirtualTime time;
    final FakeAuthorizationServer server;
    final FakeStore store;
    final RecordingListener listener = new RecordingListener();
    final List<String> published = new ArrayList<>();
    final Session session;
    final TokenService service;

    Core() {
        this(POLICY, 10_000);
    }

    Core(RefreshPolicy policy, int maxWaiters) {
        this(policy, maxWaiters, Core::groupsOf);
    }

    Core(RefreshPolicy policy, int maxWaiters, CallerGroups groups) {
        this(policy, maxWaiters, groups, Runnable::run);
    }

    Core(RefreshPolicy policy, int maxWaiters, CallerGroups groups, Executor worker) {
        this(policy, maxWaiters, groups, worker, new VirtualTime(), new FakeAuthorizationServer(), new FakeStore());
    }

    Core(FakeStore store) {
        this(POLICY, 10_000, Core::groupsOf, Runnable::run, new VirtualTime(), new FakeAuthorizationServer(), store);
    }

    private Core(
            RefreshPolicy policy,
            int maxWaiters,
            CallerGroups groups,
            Executor worker,
            VirtualTime time,
            FakeAuthorizationServer server,
            FakeStore store) {
        this.time = time;
        this.server = server;
        this.store = store;
        TokenRuntime runtime = new TokenRuntime(time, new Random(1), time, worker);
        session = new Session(store, Duration.ofSeconds(2), newProcess(), runtime);
        service = new TokenService(
                "default", server, session, policy, maxWaiters, groups, runtime, listener, new Published());
    }

    private final class Published implements AccessTokenPublisher {
        @Override
        public void publish(AccessToken token) {
            published.add(token.value().reveal());
        }
    }

    static ProcessId newProcess() {
        String name = "process-" + PROCESSES.incrementAndGet();
        return new ProcessId(name, name, name);
    }

    /** Creates a second sidecar with the same store and the same authorization server. */
    Core anotherProcess() {
        return new Core(POLICY, 10_000, Core::groupsOf, Runnable::run, new VirtualTime(), server, store);
    }

    /** Creates a second sidecar with the same store, the same authorization server and the same time. */
    Core anotherPod() {
        return new Core(POLICY, 10_000, Core::groupsOf, Runnable::run, time, server, store);
    }

    /** Creates a caller that gets its response immediately. */
    static Caller callerAt(int port) {
        Connection connection = new Connection(loopback(port), loopback(8191));
        return new Caller(Runnable::run, () -> connection, CallerListener.NONE);
    }

    private static SocketAddress loopback(int port) {
        return InetSocketAddress.createUnresolved("127.0.0.1", port);
    }

    /** Groups ports by thousands. */
    static List<String> groupsOf(List<Connection> connections) {
        return connections.stream().map(Core::groupOf).toList();
    }

    private static String groupOf(Connection connection) {
        return "group-" + ((InetSocketAddress) connection.caller()).getPort() / 1000;
    }

    /** Starts the service with a first token of this lifetime; null for a response without {@code expires_in}. */
    void startWithLifetime(@Nullable Duration lifetime) {
        server.accessTokenLifetime(lifetime);
        service.start();
        if (service.status().generation() == 0) {
            server.grant();
        }
    }

    UniAssertSubscriber<AccessToken> ask() {
        return ask(TokenRequest.any(WAIT));
    }

    UniAssertSubscriber<AccessToken> ask(TokenRequest request) {
        return ask(request, CALLER);
    }

    UniAssertSubscriber<AccessToken> ask(TokenRequest request, Caller caller) {
        return service.token(request, caller).subscribe().withSubscriber(UniAssertSubscriber.create());
    }

    List<UniAssertSubscriber<AccessToken>> ask(int callers) {
        return IntStream.range(0, callers).mapToObj(i -> ask()).toList();
    }

    UniAssertSubscriber<AccessToken> report(String rejected) {
        return ask(TokenRequest.afterRejection(TokenHash.of(Secret.of(rejected)), WAIT));
    }

    UniAssertSubscriber<AccessToken> askMinTtl(Duration minTtl) {
        return ask(withMinTtl(minTtl));
    }

    static TokenRequest withMinTtl(Duration minTtl) {
        return new TokenRequest(minTtl, null, WAIT);
    }

    void advance(Duration by) {
        time.advance(by);
    }

    int posts() {
        return server.posts();
    }

    String state() {
        return service.status().state();
    }

    static String value(UniAssertSubscriber<AccessToken> result) {
        return result.assertCompleted().getItem().value().reveal();
    }

    static TokenException failure(UniAssertSubscriber<AccessToken> result) {
        return (TokenException) result.assertFailed().getFailure();
    }

    static RefreshFailure unavailable() {
        return new RefreshFailure.Unavailable("http_503", "503 from the token endpoint", true, false, null);
    }

    static RefreshFailure retryAfter(Duration retryAfter, boolean throttled) {
        return new RefreshFailure.Unavailable("http", "come back later", false, throttled, retryAfter);
    }

    static RefreshFailure invalidGrant() {
        return new RefreshFailure.InvalidGrant("invalid_grant", "the refresh token is not active");
    }
}
