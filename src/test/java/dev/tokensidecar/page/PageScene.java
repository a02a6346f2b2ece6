package dev.tokensidecar.page;

import dev.tokensidecar.page.PageView.RouteView;
import dev.tokensidecar.page.PageView.TokenView;
import dev.tokensidecar.testing.core.FakeAuthorizationServer;
import dev.tokensidecar.testing.core.FakeStore;
import dev.tokensidecar.testing.core.Policies;
import dev.tokensidecar.testing.time.VirtualTime;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.AccessTokenPublisher;
import dev.tokensidecar.token.Caller;
import dev.tokensidecar.token.CallerListener;
import dev.tokensidecar.token.Connection;
import dev.tokensidecar.token.LoginPrompt;
import dev.tokensidecar.token.ProcessId;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.Session;
import dev.tokensidecar.token.TokenHash;
import dev.tokensidecar.token.TokenListener;
import dev.tokensidecar.token.TokenRequest;
import dev.tokensidecar.token.TokenRuntime;
import dev.tokensidecar.token.TokenService;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/** A pod in one of the states that the page shows, in virtual time: each run shows the same. */
public final class PageScene {

    static final int HERD = 50;

    private static final Duration LIFETIME = Duration.ofSeconds(300);
    private static final Duration UNTIL_DUE = Duration.ofSeconds(240);
    private static final Duration LONG_WAIT = Duration.ofMinutes(1);
    private static final String POD = "orders-7d9f6c5b8-x2x9q";

    private final VirtualTime time = new VirtualTime();
    private final FakeAuthorizationServer server = new FakeAuthorizationServer();
    private final Random durations = new Random(7);
    private final RefreshHistory history = new RefreshHistory(time);
    private final FakeStore store;
    private final boolean fleet;
    private final TokenService service;

    private PageScene(FakeStore store, boolean fleet) {
        this.store = store;
        this.fleet = fleet;
        this.service = pod(POD, history);
    }

    private TokenService pod(String name, TokenListener listener) {
        TokenRuntime runtime = new TokenRuntime(time, new Random(1), time, Runnable::run);
        return new TokenService(
                "default",
                server,
                new Session(store, Duration.ofSeconds(2), new ProcessId(name, name, name), runtime),
                Policies.DEFAULT,
                10_000,
                connections -> Collections.nCopies(connections.size(), ""),
                runtime,
                listener,
                AccessTokenPublisher.NONE);
    }

    /** All is well. */
    public static PageScene healthy() {
        PageScene scene = alone();
        scene.refreshes(23);
        scene.time.advance(Duration.ofSeconds(100));
        return scene;
    }

    /** Fifty callers wait for the refresh of a token that has expired. */
    public static PageScene herd() {
        PageScene scene = alone();
        scene.refreshes(23);
        scene.time.suspend(LIFETIME);
        for (int i = 0; i < HERD; i++) {
            scene.ask(TokenRequest.any(LONG_WAIT), 40_000 + i);
        }
        return scene;
    }

    private void ask(TokenRequest request, int port) {
        Connection connection = new Connection(local(port), local(8191));
        var unused = service.token(request, new Caller(Runnable::run, () -> connection, CallerListener.NONE))
                .subscribe()
                .with(token -> {}, failure -> {});
    }

    private static InetSocketAddress local(int port) {
        return InetSocketAddress.createUnresolved("127.0.0.1", port);
    }

    /** The authorization server is down, and the token still valid. */
    public static PageScene serverDown() {
        return failing(new RefreshFailure.Unavailable(
                "http_503", "the authorization server answered 503 (text/html)", true, false, null));
    }

    /** The session has ended, and so has the token. */
    public static PageScene dead() {
        PageScene scene = failing(new RefreshFailure.InvalidGrant(
                "invalid_grant", "the authorization server rejected the refresh token"));
        scene.time.advance(Duration.ofSeconds(72));
        return scene;
    }

    /** Any failure, since some seconds. */
    static PageScene failing(RefreshFailure failure) {
        PageScene scene = alone();
        scene.refreshes(17);
        scene.server.failAlways(failure);
        scene.time.advance(UNTIL_DUE.plusSeconds(11));
        return scene;
    }

    /** Somebody has to log in, and then the authorization server is down. */
    static PageScene outageDuringLogin(LoginPrompt prompt, String detail) {
        PageScene scene = alone();
        scene.service.start();
        scene.server.fail(new RefreshFailure.AuthorizationPending(prompt, Duration.ofSeconds(5)));
        scene.server.failAlways(new RefreshFailure.Unavailable("http_503", detail, true, false, null));
        scene.time.advance(Duration.ofSeconds(11));
        return scene;
    }

    /** An API has rejected the token, and the authorization server is down. */
    static PageScene rejected() {
        PageScene scene = alone();
        scene.refreshes(3);
        scene.time.advance(Duration.ofSeconds(100));
        AccessToken token = Objects.requireNonNull(scene.service.fresh(CallerListener.NONE));
        scene.ask(TokenRequest.afterRejection(TokenHash.of(token.value()), LONG_WAIT), 40_000);
        scene.server.fail(new RefreshFailure.Unavailable("http_503", "the server answered 503", true, false, null));
        return scene;
    }

    /** Another pod of the fleet has obtained the token. */
    public static PageScene follower() {
        PageScene scene = new PageScene(FakeStore.shared(), true);
        scene.server.respondImmediately();
        scene.pod("orders-7d9f6c5b8-kq7wd", TokenListener.NONE).start();
        scene.service.start();
        scene.time.advance(UNTIL_DUE.multipliedBy(31).plusSeconds(70));
        return scene;
    }

    private static PageScene alone() {
        return new PageScene(new FakeStore(), false);
    }

    private void refreshes(int number) {
        service.start();
        for (int i = 0; i < number; i++) {
            Duration took = Duration.ofMillis(8 + durations.nextInt(90));
            time.advance(took);
            server.grant();
            if (i < number - 1) {
                time.advance(UNTIL_DUE.minus(took));
            }
        }
    }

    /** Returns what the page shows now. */
    public PageView view() {
        return new PageView(
                time.now().instant(),
                POD,
                "0.1.0",
                List.of(new TokenView("default", fleet, service.status(), history.latest(), 48_211, ownRequests())),
                List.of(new RouteView("orders", 12_043, 3, 7, 0, 2), new RouteView("billing", 877, 0, 1, 0, 0)));
    }

    private long ownRequests() {
        return history.latest().stream()
                .filter(refresh -> !refresh.outcome().equals("adopted"))
                .count();
    }
}
