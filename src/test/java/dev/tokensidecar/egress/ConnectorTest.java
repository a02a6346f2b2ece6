package dev.tokensidecar.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.Intercepted;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.impl.HttpClientConnection;
import io.vertx.core.http.impl.HttpClientInternal;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which addresses of a server are tried, and for how long. The client connects and the timers fire when the test says so. */
@Timeout(60)
class ConnectorTest {

    private static final int CONNECT_TIMEOUT_MILLIS = 2000;

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final BlockingQueue<Attempt> attempts = new LinkedBlockingQueue<>();
    private final BlockingQueue<Timer> timers = new LinkedBlockingQueue<>();

    private record Attempt(String address, Promise<HttpClientConnection> connection) {}

    private record Timer(long millis, Handler<Long> handler) {}

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void eachAddressButTheLastHasHalfOfTheConnectTimeoutAndTheLastHasAll() throws Exception {
        CompletableFuture<HttpClientConnection> request = request("127.0.0.1", "127.0.0.2", "127.0.0.3");

        assertNeverAnswers("127.0.0.1", CONNECT_TIMEOUT_MILLIS / 2);
        assertNeverAnswers("127.0.0.2", CONNECT_TIMEOUT_MILLIS / 2);
        assertNeverAnswers("127.0.0.3", CONNECT_TIMEOUT_MILLIS);

        assertThat(request)
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableThat()
                .withMessageContaining("no connection in time");
    }

    @Test
    void aConnectionThatOpensAfterItsTimeIsClosed() throws Exception {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        HttpClientConnection late = Intercepted.nothingBut(HttpClientConnection.class, Map.of("close", none -> {
            closed.complete(null);
            return Future.succeededFuture();
        }));
        CompletableFuture<HttpClientConnection> request = request("127.0.0.1", "127.0.0.2");
        Attempt first = take(attempts);
        fire(take(timers));
        Attempt second = take(attempts);

        first.connection().complete(late);

        assertThat(closed).succeedsWithin(Duration.ofSeconds(20));
        assertThat(request).isNotDone();
        assertThat(second.address()).isEqualTo("127.0.0.2");
    }

    private void assertNeverAnswers(String address, long limit) throws InterruptedException {
        assertThat(take(attempts).address()).isEqualTo(address);
        Timer timer = take(timers);
        assertThat(timer.millis()).isEqualTo(limit);
        fire(timer);
    }

    private void fire(Timer timer) {
        loop.runOnContext(now -> timer.handler().handle(0L));
    }

    private static <T> T take(BlockingQueue<T> queue) throws InterruptedException {
        return Objects.requireNonNull(queue.poll(20, TimeUnit.SECONDS));
    }

    private CompletableFuture<HttpClientConnection> request(String... addresses) {
        Connector connector = new Connector(
                vertxWithTimers(),
                client(),
                HostAndPort.create("api.example", 8080),
                new HostAddresses(Runnable::run, host -> {
                    InetAddress[] found = new InetAddress[addresses.length];
                    for (int i = 0; i < found.length; i++) {
                        found[i] = InetAddress.getByName(addresses[i]);
                    }
                    return found;
                }),
                null);
        CompletableFuture<HttpClientConnection> result = new CompletableFuture<>();
        loop.runOnContext(
                now -> connector.connect().onSuccess(result::complete).onFailure(result::completeExceptionally));
        return result;
    }

    @SuppressWarnings("unchecked")
    private Vertx vertxWithTimers() {
        return Intercepted.of(Vertx.class, vertx, Map.of("setTimer", sent -> {
            timers.add(new Timer((Long) sent[0], (Handler<Long>) sent[1]));
            return 0L;
        }));
    }

    private HttpClientInternal client() {
        HttpClientInternal real = (HttpClientInternal)
                vertx.createHttpClient(new HttpClientOptions().setConnectTimeout(CONNECT_TIMEOUT_MILLIS));
        return Intercepted.of(HttpClientInternal.class, real, Map.of("connect", sent -> {
            Promise<HttpClientConnection> connection = Promise.promise();
            attempts.add(new Attempt(((SocketAddress) sent[0]).hostAddress(), connection));
            return connection.future();
        }));
    }
}
