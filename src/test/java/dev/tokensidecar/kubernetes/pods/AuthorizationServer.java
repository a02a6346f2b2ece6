package dev.tokensidecar.kubernetes.pods;

import dev.tokensidecar.demo.DemoAuthorizationServer;
import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.RecordedRequest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * An authorization server that pods can reach. It rotates refresh tokens strictly, without a grace period, and ends a session
 * when a refresh token is used twice.
 */
final class AuthorizationServer implements AutoCloseable {

    static final String CLIENT_ID = DemoOptions.CLIENT_ID;
    static final String CLIENT_SECRET = DemoOptions.CLIENT_SECRET;

    private static final String LOOPBACK = "127.0.0.1";
    private static final long TIMEOUT_SECONDS = 20;

    private final Vertx vertx = Vertx.vertx();
    private final NetClient client = vertx.createNetClient();
    private final NetServer front;
    private final DemoAuthorizationServer server;
    private final Set<String> pods = ConcurrentHashMap.newKeySet();

    AuthorizationServer(Duration accessTokenLifetime) {
        front = vertx.createNetServer().connectHandler(this::forward);
        join(front.listen(0, Machine.TEST));
        server = DemoAuthorizationServer.start(
                vertx,
                DemoOptions.builder()
                        .issuer("http://" + Machine.TEST + ":" + front.actualPort())
                        .accessTokenLifetime(accessTokenLifetime)
                        .grace(Duration.ZERO)
                        .build());
    }

    /** The server itself is on loopback. */
    private void forward(NetSocket pod) {
        pods.add(pod.remoteAddress().hostAddress());
        pod.pause();
        client.connect(server.port(), LOOPBACK)
                .onSuccess(socket -> {
                    var unusedRequest = pod.pipeTo(socket);
                    var unusedResponse = socket.pipeTo(pod);
                })
                .onFailure(closed -> pod.close());
    }

    private static <T> void join(Future<T> future) {
        var unused = future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    String issuer() {
        return server.issuer();
    }

    /** Logs a user in. */
    String newRefreshToken() {
        return server.newSession();
    }

    /** Returns how many pods have connected so far. */
    int pods() {
        return pods.size();
    }

    /** Returns the number of token requests so far. */
    int posts() {
        return server.requests().size();
    }

    /** Returns the number of token requests that got no tokens. */
    long rejected() {
        return server.requests().stream().filter(request -> !isGranted(request)).count();
    }

    /** Whether tokens were granted after this moment. */
    boolean grantedSince(Instant moment) {
        return server.requests().stream()
                .anyMatch(request -> isGranted(request) && request.arrivedAt().isAfter(moment));
    }

    private static boolean isGranted(RecordedRequest request) {
        return Integer.valueOf(200).equals(request.status());
    }

    /** Returns how many requests presented a refresh token that another one had presented before. */
    long presentedAgain() {
        List<String> presented = server.presentedRefreshTokens();
        return presented.size() - presented.stream().distinct().count();
    }

    /** Whether no refresh token was used twice. */
    boolean sessionIsAlive() {
        return server.stats().reuseDetections() == 0;
    }

    /** Returns all tokens that it has ever issued. */
    Set<String> tokens() {
        Set<String> tokens = new HashSet<>(server.refreshTokens());
        tokens.addAll(server.accessTokens().keySet());
        return tokens;
    }

    @Override
    public void close() {
        server.close();
        join(vertx.close());
    }
}
