package dev.tokensidecar.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.http.RawHttp;
import dev.tokensidecar.testing.log.LogCapture;
import dev.tokensidecar.testing.quarkus.InstrumentedVertx;
import dev.tokensidecar.testing.quarkus.SidecarTest;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Many callers share one token request, over real sockets. */
@QuarkusTest
@SuppressWarnings("NullAway.Init")
class HerdHttpTest extends SidecarTest {

    private static final String[] REQUEST = {"GET /token HTTP/1.1", "Host: localhost", "Prefer: wait=25"};

    @Inject
    InstrumentedVertx vertx;

    private static List<Integer> generations(List<HttpResponse<String>> responses) {
        assertThat(responses).allMatch(response -> response.statusCode() == 200);
        return responses.stream()
                .map(response -> new JsonObject(response.body()).getInteger("generation"))
                .distinct()
                .toList();
    }

    private RawHttp rawCaller() {
        return RawHttp.send(sidecar.getPort(), REQUEST);
    }

    /** Holds one refresh until all these callers wait for it. */
    private List<HttpResponse<String>> herd(int callers) {
        demo.server().faults().next(Fault.hold());
        expire();
        var asked = ask(callers);
        awaitWaiters(callers);
        release();
        return responses(asked);
    }

    @Test
    @DisplayName("A hundred callers with an expired token cause one token request and get the same token: over HTTP"
            + " (R03)")
    void herdCostsOneTokenRequest() {
        long before = demo.posts();
        int generation = (int) service.status().generation();

        assertThat(generations(herd(120))).containsExactly(generation + 1);
        assertThat(demo.posts()).isEqualTo(before + 1);
        assertThat(demo.server().stats().maxInFlight()).isEqualTo(1);
    }

    @Test
    @DisplayName("The caller that started a refresh may disconnect, and the others are served: over HTTP (R05)")
    void firstCallerMayDisconnect() {
        long before = demo.posts();
        demo.server().faults().next(Fault.hold());
        expire();
        RawHttp first = rawCaller();
        awaitWaiters(1);
        demo.server().awaitHeld(1);
        var others = ask(20);
        awaitWaiters(21);

        first.close();
        awaitWaiters(20);
        release();

        assertThat(generations(responses(others))).hasSize(1);
        assertThat(demo.posts()).isEqualTo(before + 1);
        assertThat(demo.server().requests().getLast().status()).isEqualTo(200);
    }

    @Test
    @DisplayName("A refresh is saved even if all its callers disconnect: over HTTP, into a file (R06)")
    void allCallersMayDisconnect() throws IOException {
        long generation = service.status().generation();
        String stored = Files.readString(demo.rotated());
        demo.server().faults().next(Fault.hold());
        expire();
        List<RawHttp> callers =
                IntStream.range(0, 5).mapToObj(it -> rawCaller()).toList();
        awaitWaiters(5);
        demo.server().awaitHeld(1);

        callers.forEach(RawHttp::close);
        awaitWaiters(0);
        release();
        await(() -> service.status().generation() == generation + 1);
        long posts = demo.posts();

        given().get("/token").then().statusCode(200);
        assertThat(demo.posts()).isEqualTo(posts);
        assertThat(Files.readString(demo.rotated())).isNotEqualTo(stored);
    }

    @Test
    @DisplayName("A caller's timeout ends that caller's wait only: over HTTP, with Prefer: wait (R07)")
    void deadlineEndsOnlyItsOwnWait() {
        demo.server().faults().next(Fault.hold());
        expire();
        var others = ask(20);
        awaitWaiters(20);

        given().header("Prefer", "wait=0").get("/token").then().statusCode(504);
        given().header("Prefer", "wait=1").get("/token").then().statusCode(504);
        release();

        assertThat(generations(responses(others))).hasSize(1);
    }

    @Test
    @DisplayName("A slow client does not delay the others: with clients that never read (R42)")
    void clientThatNeverReadsDelaysNobody() {
        demo.server().faults().next(Fault.hold());
        expire();
        String[] many = IntStream.range(0, 2000)
                .mapToObj(it -> String.join("\r\n", REQUEST) + "\r\n")
                .toArray(String[]::new);
        List<RawHttp> slow = IntStream.range(0, 8)
                .mapToObj(it -> RawHttp.send(sidecar.getPort(), many))
                .toList();
        awaitWaiters(8);
        var others = ask(50);
        awaitWaiters(58);

        release();

        assertThat(generations(responses(others))).hasSize(1);
        assertThat(generations(responses(ask(50)))).hasSize(1);
        slow.forEach(RawHttp::close);
    }

    /** A busy machine may stall a round; blocking code stalls every round. */
    @Test
    @DisplayName("The event loop is never blocked (R49)")
    void eventLoopIsNotBlocked() {
        List<List<String>> rounds =
                IntStream.range(0, 5).mapToObj(it -> warningsOfOneHerd()).toList();

        assertThat(rounds).anyMatch(List::isEmpty);
    }

    private List<String> warningsOfOneHerd() {
        try (LogCapture log = LogCapture.of("io.vertx.core.impl.BlockedThreadChecker")) {
            assertThat(generations(herd(120))).hasSize(1);
            return log.lines();
        }
    }

    @Test
    void refreshKnowsNothingOfTheCallerThatStartedIt() {
        int before = vertx.origins().size();
        expire();

        given().get("/token").then().statusCode(200);

        assertThat(vertx.origins().subList(before, vertx.origins().size()))
                .containsExactly(new InstrumentedVertx.RequestOrigin(false, false));
    }
}
