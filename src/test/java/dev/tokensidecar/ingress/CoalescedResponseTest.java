package dev.tokensidecar.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.ingress.CoalescedResponse.Content;
import dev.tokensidecar.testing.http.RawHttp;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each response states its number. The test decides when its production ends. */
@Timeout(60)
class CoalescedResponseTest {

    private static final int MANY = 50;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger productions = new AtomicInteger();
    private final Semaphore begun = new Semaphore(0);
    private final Semaphore released = new Semaphore(0);
    private final List<RawHttp> clients = new ArrayList<>();
    private int port;

    @BeforeEach
    void open() {
        CoalescedResponse response = new CoalescedResponse(this::produce, nanos::get);
        Router router = Router.router(vertx);
        router.route().handler(context -> {
            response.handle(context);
            requests.incrementAndGet();
        });
        port = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
    }

    @AfterEach
    void close() {
        clients.forEach(RawHttp::close);
        released.release(MANY);
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private Content produce() throws InterruptedException {
        int number = productions.incrementAndGet();
        begun.release();
        released.acquire();
        return new Content(200, "text/plain", Buffer.buffer("response " + number));
    }

    private List<RawHttp> send(int clients) {
        int before = requests.get();
        List<RawHttp> all = new ArrayList<>();
        for (int client = 0; client < clients; client++) {
            all.add(RawHttp.send(port, "GET / HTTP/1.1", "Host: localhost"));
        }
        while (requests.get() < before + clients) {
            Thread.onSpinWait();
        }
        this.clients.addAll(all);
        return all;
    }

    private void awaitBegun() throws InterruptedException {
        assertThat(begun.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
    }

    private static List<String> bodies(List<RawHttp> clients) {
        return clients.stream().map(client -> client.next().body()).distinct().toList();
    }

    @Test
    void requestsDuringAProductionShareTheNextResponse() throws Exception {
        List<RawHttp> first = send(1);
        awaitBegun();
        List<RawHttp> others = send(MANY);

        released.release(2);

        assertThat(bodies(first)).containsExactly("response 1");
        assertThat(bodies(others)).containsExactly("response 2");
        assertThat(productions).hasValue(2);
    }

    @Test
    void theNextProductionWaitsNineTimesAsLongAsTheLastOneTook() throws Exception {
        List<RawHttp> first = send(1);
        awaitBegun();
        nanos.addAndGet(Duration.ofMillis(5).toNanos());
        released.release();
        assertThat(bodies(first)).containsExactly("response 1");

        long sent = System.nanoTime();
        List<RawHttp> next = send(1);
        awaitBegun();
        assertThat(Duration.ofNanos(System.nanoTime() - sent)).isGreaterThanOrEqualTo(Duration.ofMillis(45));
        released.release();

        assertThat(bodies(next)).containsExactly("response 2");
    }

    /** The clock of the test stands still: with a pause of 27 s the second response would not arrive. */
    @Test
    void aVerySlowResponseDelaysTheNextOneByAQuarterOfASecond() throws Exception {
        List<RawHttp> first = send(1);
        awaitBegun();
        nanos.addAndGet(Duration.ofSeconds(3).toNanos());
        released.release(2);
        assertThat(bodies(first)).containsExactly("response 1");

        RawHttp next = RawHttp.send(port, "GET / HTTP/1.1", "Host: localhost");
        clients.add(next);

        assertThat(next.patience(Duration.ofSeconds(10)).next().body()).isEqualTo("response 2");
    }

    @Test
    void aResponseToHeadHasNoBody() throws Exception {
        released.release();
        RawHttp client = RawHttp.send(port, "HEAD / HTTP/1.1", "Host: localhost", "Connection: close");
        clients.add(client);

        assertThat(client.some(Duration.ofSeconds(20)))
                .contains("content-length: 10")
                .doesNotContain("response");
    }
}
