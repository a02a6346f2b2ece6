package dev.tokensidecar.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.forward.ForwardListener.Outcome;
import dev.tokensidecar.testing.http.RawHttp;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many concurrent requests, slow peers, and callers that disconnect. */
@Timeout(120)
class ConcurrencyTest {

    private static final int CALLERS = 1000;

    /** Far more than the sockets and buffers of both connections hold. */
    private static final int HUGE_BODY_BYTES = 256 * 1024 * 1024;

    private static final int PART_BYTES = 64 * 1024;

    private static RawHttp get(ForwardScene scene) {
        return RawHttp.send(scene.port(), "GET /api/ HTTP/1.1", "Host: localhost");
    }

    @Test
    void aThousandRequestsAtExpiryShareOneRefresh() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open()) {
            scene.api.accept("access-2");
            List<CompletableFuture<HttpResponse<byte[]>>> responses = new ArrayList<>();
            for (int caller = 0; caller < CALLERS; caller++) {
                responses.add(
                        scene.send(scene.request("/api/" + caller).POST(BodyPublishers.ofString("body of " + caller))));
            }

            for (int caller = 0; caller < CALLERS; caller++) {
                HttpResponse<byte[]> response = responses.get(caller).join();
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(new String(response.body(), StandardCharsets.UTF_8)).isEqualTo("body of " + caller);
            }
            assertThat(scene.authorizationServer.posts())
                    .as("the first token, and one refresh")
                    .isEqualTo(2);
            Map<String, Integer> sent = new HashMap<>();
            scene.api.requests().forEach(request -> sent.merge(request.uri(), 1, Integer::sum));
            assertThat(sent).hasSize(CALLERS);
            assertThat(sent.values()).allMatch(times -> times <= 2);
            List<Outcome> outcomes = new ArrayList<>();
            for (int caller = 0; caller < CALLERS; caller++) {
                outcomes.add(scene.outcome());
            }
            assertThat(outcomes).containsAnyOf(Outcome.REPEATED).doesNotContain(Outcome.REJECTED);
        }
    }

    @Test
    void aSlowUploadDoesNotDelayOthers() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open();
                RawHttp slow = RawHttp.send(
                        scene.port(),
                        "POST /api/slow HTTP/1.1",
                        "Host: localhost",
                        "Content-Length: 8",
                        "Connection: close")) {
            slow.sendMore("half");

            for (int other = 0; other < 50; other++) {
                assertThat(scene.fetch(scene.request("/api/fast")).statusCode()).isEqualTo(200);
            }

            slow.sendMore("half");
            assertThat(slow.readUntilClosed().body()).isEqualTo("halfhalf");
        }
    }

    @Test
    void aCallerThatDoesNotReadPausesTheApi() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open()) {
            AtomicLong written = new AtomicLong();
            CountDownLatch paused = new CountDownLatch(1);
            scene.api.handle(request -> {
                var response = request.response().setChunked(true);
                Runnable[] write = new Runnable[1];
                write[0] = () -> {
                    while (!response.writeQueueFull() && written.get() < HUGE_BODY_BYTES) {
                        response.write(Buffer.buffer(new byte[PART_BYTES]));
                        written.addAndGet(PART_BYTES);
                    }
                    if (written.get() < HUGE_BODY_BYTES) {
                        long before = written.get();
                        response.drainHandler(more -> write[0].run());
                        scene.api.vertx().setTimer(500, later -> {
                            if (written.get() == before) {
                                paused.countDown();
                            }
                        });
                    }
                };
                write[0].run();
            });
            try (RawHttp connection = get(scene)) {
                assertThat(connection).isNotNull();
                assertThat(paused.await(30, TimeUnit.SECONDS)).isTrue();
                assertThat(written.get()).isLessThan(HUGE_BODY_BYTES / 4);
            }
            assertThat(scene.outcome()).isEqualTo(Outcome.CANCELLED);
        }
    }

    @Test
    void anApiThatDoesNotReadPausesTheCaller() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open()) {
            CompletableFuture<HttpServerRequest> arrived = new CompletableFuture<>();
            scene.api.handle(request -> arrived.complete(request.pause()));
            AtomicLong sent = new AtomicLong();
            CompletableFuture<HttpResponse<byte[]>> response = scene.send(scene.request("/api/")
                    .POST(BodyPublishers.fromPublisher(
                            BodyPublishers.ofByteArrays(() -> Stream.generate(() -> new byte[PART_BYTES])
                                    .limit(HUGE_BODY_BYTES / PART_BYTES)
                                    .peek(part -> sent.addAndGet(part.length))
                                    .iterator()))));
            HttpServerRequest unread = arrived.join();

            long before;
            do {
                before = sent.get();
            } while (response.copy()
                                    .completeOnTimeout(null, 500, TimeUnit.MILLISECONDS)
                                    .join()
                            == null
                    && sent.get() != before);
            assertThat(sent.get()).isLessThan(HUGE_BODY_BYTES / 4);
            unread.connection().close();
        }
    }

    @Test
    void theApiNoticesADisconnectedCaller() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open()) {
            CountDownLatch closed = new CountDownLatch(1);
            CountDownLatch arrived = new CountDownLatch(1);
            scene.api.handle(request -> {
                var unused = request.response().closeHandler(connection -> closed.countDown());
                arrived.countDown();
            });
            try (RawHttp connection = get(scene)) {
                assertThat(connection).isNotNull();
                assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
            }

            assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(scene.outcome()).isEqualTo(Outcome.CANCELLED);
        }
    }

    @Test
    void aCallerThatDisconnectsWhileItWaitsForATokenLeavesNoWaiter() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open()) {
            scene.authorizationServer.holdRequests();
            scene.api.accept("access-2");
            try (RawHttp connection = get(scene)) {
                assertThat(connection).isNotNull();
                while (scene.tokens().status().waiters() == 0) {
                    Thread.onSpinWait();
                }
            }

            assertThat(scene.outcome()).isEqualTo(Outcome.CANCELLED);
            assertThat(scene.tokens().status().waiters()).isZero();
            scene.authorizationServer.grant();
            assertThat(scene.fetch(scene.request("/api/")).statusCode()).isEqualTo(200);
        }
    }
}
