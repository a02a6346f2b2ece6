package dev.tokensidecar.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.ingress.SharedAnswer.Answer;
import dev.tokensidecar.testing.RawHttp;
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

/** Each answer tells its number; they are made when the test lets them. */
@Timeout(60)
class SharedAnswerTest {

    private static final int MANY = 50;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger made = new AtomicInteger();
    private final Semaphore begun = new Semaphore(0);
    private final Semaphore released = new Semaphore(0);
    private final List<RawHttp> clients = new ArrayList<>();
    private int port;

    @BeforeEach
    void open() {
        SharedAnswer answer = new SharedAnswer(this::make, nanos::get);
        Router router = Router.router(vertx);
        router.route().handler(context -> {
            answer.handle(context);
            asked.incrementAndGet();
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

    private Answer make() throws InterruptedException {
        int number = made.incrementAndGet();
        begun.release();
        released.acquire();
        return new Answer(200, "text/plain", Buffer.buffer("answer " + number));
    }

    private List<RawHttp> ask(int clients) {
        int before = asked.get();
        List<RawHttp> all = new ArrayList<>();
        for (int client = 0; client < clients; client++) {
            all.add(RawHttp.send(port, "GET / HTTP/1.1", "Host: localhost"));
        }
        while (asked.get() < before + clients) {
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
    void oneAnswerIsMadeForEverybodyWhoAsksWhileAnotherIsMade() throws Exception {
        List<RawHttp> first = ask(1);
        awaitBegun();
        List<RawHttp> others = ask(MANY);

        released.release(2);

        assertThat(bodies(first)).containsExactly("answer 1");
        assertThat(bodies(others)).containsExactly("answer 2");
        assertThat(made).hasValue(2);
    }

    @Test
    void theNextOneWaitsNineTimesAsLongAsTheLastOneTook() throws Exception {
        List<RawHttp> first = ask(1);
        awaitBegun();
        nanos.addAndGet(Duration.ofMillis(5).toNanos());
        released.release();
        assertThat(bodies(first)).containsExactly("answer 1");

        long asked = System.nanoTime();
        List<RawHttp> next = ask(1);
        awaitBegun();
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isGreaterThanOrEqualTo(Duration.ofMillis(45));
        released.release();

        assertThat(bodies(next)).containsExactly("answer 2");
    }

    /** The clock of the test stands still: with the pause of 27 s the second answer would not come. */
    @Test
    void anAnswerThatTookVeryLongDelaysTheNextOneByAQuarterOfASecond() throws Exception {
        List<RawHttp> first = ask(1);
        awaitBegun();
        nanos.addAndGet(Duration.ofSeconds(3).toNanos());
        released.release(2);
        assertThat(bodies(first)).containsExactly("answer 1");

        RawHttp next = RawHttp.send(port, "GET / HTTP/1.1", "Host: localhost");
        clients.add(next);

        assertThat(next.patience(Duration.ofSeconds(10)).next().body()).isEqualTo("answer 2");
    }

    @Test
    void aHeadHasNoBody() throws Exception {
        released.release();
        RawHttp client = RawHttp.send(port, "HEAD / HTTP/1.1", "Host: localhost", "Connection: close");
        clients.add(client);

        assertThat(client.some(Duration.ofSeconds(20)))
                .contains("content-length: 8")
                .doesNotContain("answer");
    }
}
