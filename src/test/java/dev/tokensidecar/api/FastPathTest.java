package dev.tokensidecar.api;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.crypto.Sha256;
import dev.tokensidecar.testing.http.RawHttp;
import dev.tokensidecar.testing.measurement.Scrape;
import dev.tokensidecar.testing.quarkus.SidecarTest;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The fast path and the resource send the same responses. A request with an unusual {@code Accept} needs the rules of
 * content negotiation, so only the resource serves it.
 */
@QuarkusTest
class FastPathTest extends SidecarTest {

    private static final String ORDINARY = "*/*";
    private static final String UNUSUAL = "text/html, application/json;q=0.9";
    private static final Map<String, String> SERVED = Map.of("outcome", "served");

    private RawHttp.Response send(String target, String accept, String prefer) {
        try (RawHttp connection = RawHttp.open(sidecar.getPort())) {
            return connection.send(request(target, accept, "Prefer: " + prefer)).readResponse();
        }
    }

    private static String request(String target, String accept, String field) {
        return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nAccept: " + accept + "\r\n" + field + "\r\n\r\n";
    }

    private void expectTheSame(int status, String target, String prefer) {
        RawHttp.Response fastPath = send(target, ORDINARY, prefer);
        RawHttp.Response resource = send(target, UNUSUAL, prefer);

        assertThat(fastPath.status()).isEqualTo(status);
        assertThat(resource.status()).isEqualTo(status);
        assertThat(new TreeSet<>(fastPath.head())).isEqualTo(new TreeSet<>(resource.head()));
        assertThat(new JsonObject(fastPath.body())).isEqualTo(new JsonObject(resource.body()));
    }

    @Test
    void aTokenIsTheSame() {
        expectTheSame(200, "/token", "wait=5");
        expectTheSame(200, "/tokens/default", "wait=5");
        expectTheSame(200, "/token?min_ttl=20", "wait=5");
        expectTheSame(200, "/token?min_ttl=&rejected=", "wait=5");
        expectTheSame(200, "/token?rejected=" + Sha256.hex("long gone"), "wait=5");
    }

    @Test
    void aCallersErrorIsTheSame() {
        expectTheSame(400, "/token?min_ttl=soon", "wait=5");
        expectTheSame(400, "/token?rejected=this", "wait=5");
        expectTheSame(404, "/tokens/unknown", "wait=5");
    }

    @Test
    void anAuthorizationServersErrorIsTheSame() {
        demo.server().faults().always(Fault.status(503).retryAfter(ofSeconds(600)));
        expire();
        assertThat(send("/token", ORDINARY, "wait=5").status()).isEqualTo(503);

        expectTheSame(503, "/token", "wait=5");
    }

    @Test
    void aTimeoutIsTheSame() {
        demo.server().faults().next(Fault.hold());
        expire();

        expectTheSame(504, "/token", "wait=0");
        release();
    }

    @Test
    void aDisconnectedWaiterDoesNotAffectOthers() {
        demo.server().faults().next(Fault.hold());
        expire();
        RawHttp disconnecting = RawHttp.open(sidecar.getPort()).send(request("/token", ORDINARY, "Prefer: wait=25"));
        var staying = ask(1);
        awaitWaiters(2);

        disconnecting.close();

        awaitWaiters(1);
        release();
        assertThat(responses(staying)).allMatch(response -> response.statusCode() == 200);
    }

    @Test
    void repeatedRequestsOnAConnectionAreServedAndCounted() {
        double before = Scrape.of(management).value("token_sidecar_requests_total", SERVED);
        String token = bareToken();
        try (RawHttp connection = RawHttp.open(sidecar.getPort())) {
            String request = request("/token", "text/plain", "X-Trace: 1");

            assertThat(IntStream.range(0, 100)
                            .mapToObj(time ->
                                    connection.send(request).readResponse().body()))
                    .containsOnly(token);
            assertThat(connection.send(request + request).readResponse().body()).isEqualTo(token);
            assertThat(connection.readResponse().body()).isEqualTo(token);
            assertThat(new JsonObject(connection
                            .send(request("/status", ORDINARY, "X-Trace: 1"))
                            .readResponse()
                            .body()))
                    .isNotEmpty();
            assertThat(connection
                            .send(request("/token", "text/plain", "Origin: http://evil.example"))
                            .readResponse()
                            .status())
                    .isEqualTo(403);
            assertThat(connection.send(request).readResponse().body()).isEqualTo(token);
        }
        assertThat(Scrape.of(management).value("token_sidecar_requests_total", SERVED))
                .isEqualTo(before + 1 + 100 + 2 + 1);
    }

    @Test
    void repeatedRequestsGetTheNewToken() {
        try (RawHttp connection = RawHttp.open(sidecar.getPort())) {
            String request = request("/token", "text/plain", "X-Trace: 1");
            String old = connection.send(request).readResponse().body();
            assertThat(connection.send(request).readResponse().body()).isEqualTo(old);
            assertThat(connection.send(request).readResponse().body()).isEqualTo(old);

            expire();

            assertThat(connection.send(request).readResponse().body())
                    .isNotEqualTo(old)
                    .isEqualTo(bareToken());
        }
    }

    @Test
    void connectionCloseIsObeyed() {
        String request = request("/token", "text/plain", "Connection: close");
        try (RawHttp connection = RawHttp.open(sidecar.getPort())) {
            assertThat(connection.send(request).readUntilClosed().status()).isEqualTo(200);
        }
    }
}
