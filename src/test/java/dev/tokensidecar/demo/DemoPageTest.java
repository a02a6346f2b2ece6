package dev.tokensidecar.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.ingress.Guard;
import dev.tokensidecar.ingress.ProblemResponder;
import dev.tokensidecar.testing.http.RawHttp;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page of dev mode over HTTP, before the demo server. */
class DemoPageTest {

    private static final String SAME_ORIGIN = "Sec-Fetch-Site: same-origin";
    private static final String HANG = "{\"fault\":\"hang\"}";

    private final Vertx vertx = Vertx.vertx();
    private final DemoAuthorizationServer server = DemoAuthorizationServer.start(vertx, DemoOptions.defaults());
    private final DemoClient client = new DemoClient(server);
    private final Router router = Router.router(vertx);
    private int port;

    /** Reads bodies before the page does, as the framework. */
    @BeforeEach
    void open() throws Exception {
        HttpServer http = await(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
        port = http.actualPort();
        var unused = router.route().order(Integer.MIN_VALUE).handler(BodyHandler.create(false));
        new DemoPage(
                        vertx,
                        Guard.ofPage(new ProblemResponder(new ObjectMapper())),
                        port,
                        "http://localhost:" + server.port(),
                        "http://localhost:" + server.port() + "/api")
                .mount(router);
        serveSidecarPage();
    }

    private void serveSidecarPage() {
        var unused = router.get("/")
                .handler(context -> context.response()
                        .putHeader("Content-Type", "text/html")
                        .end("<head></head><main>\n</main>"));
    }

    @AfterEach
    void close() throws Exception {
        server.close();
        var unused = await(vertx.close());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private int status(String request, String body, String... headers) {
        try (RawHttp connection = send(request, body, headers)) {
            return connection.head().status();
        }
    }

    private RawHttp send(String request, String body, String... headers) {
        StringBuilder lines = new StringBuilder(request + " HTTP/1.1\r\n");
        for (String header : headers) {
            lines.append(header).append("\r\n");
        }
        return RawHttp.open(port).send(lines + "\r\n" + body);
    }

    private String host() {
        return "Host: localhost:" + port;
    }

    private String origin() {
        return "Origin: http://localhost:" + port;
    }

    private JsonObject stats() throws IOException {
        return DemoClient.json(client.get("/admin/stats"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"revoke-access-tokens", "kill-sessions", "release"})
    void aButtonWithAnEmptyBodyReachesTheServer(String button) {
        assertThat(status("POST /demo/admin/" + button, "", host(), origin(), SAME_ORIGIN, "Content-Length: 0"))
                .isEqualTo(204);
        assertThat(status("POST /demo/admin/" + button, "", host(), SAME_ORIGIN))
                .isEqualTo(204);
    }

    @Test
    void aFaultReachesTheServer() throws IOException {
        String length = "Content-Length: " + HANG.length();
        assertThat(status("POST /demo/admin/faults", HANG, host(), origin(), SAME_ORIGIN, length))
                .isEqualTo(204);
        assertThat(client.get("/admin/faults").body()).contains("\"hang\"");

        assertThat(status("DELETE /demo/admin/faults", "", host(), origin(), SAME_ORIGIN))
                .isEqualTo(204);
        assertThat(client.get("/admin/faults").body()).isEqualTo("[]");
    }

    @Test
    void fiftyCallersSetOut() throws IOException {
        assertThat(status("POST /demo/callers", "", host(), origin(), SAME_ORIGIN, "Content-Length: 0"))
                .isEqualTo(202);
        assertThat(client.get("/admin/faults").body()).contains("\"slow\"");
    }

    @Test
    void theCountStaysWhenTheLastCallerWasAnswered() throws Exception {
        CompletableFuture<Long> asked = new CompletableFuture<>();
        FiftyCallers herd = new FiftyCallers(vertx, "http://localhost:" + server.port() + "/admin/stats", () -> {
            var unused = asked.complete(9L);
            return Future.succeededFuture(9L);
        });

        vertx.runOnContext(now -> herd.send(7));

        assertThat(asked.get(20, TimeUnit.SECONDS)).isEqualTo(9);
        assertThat(herd.latest().answered()).isEqualTo(FiftyCallers.NUMBER);
    }

    @Test
    void aBrowserOnThisHostGetsThePageWithTheButtons() {
        try (RawHttp connection = send("GET /", "", host(), "Sec-Fetch-Site: none")) {
            RawHttp.Response page = connection.readResponse();

            assertThat(page.status()).isEqualTo(200);
            assertThat(page.body()).contains("50 callers, now");
            assertThat(page.head()).contains("cache-control: no-store");
        }
    }

    @Test
    void nobodyElseGetsThePageOrPressesAButton() throws IOException {
        for (String request : List.of("GET /", "GET /demo.js", "GET /demo.css", "POST /demo/admin/kill-sessions")) {
            assertThat(List.of(
                            status(request, "", "Host: foo.example", SAME_ORIGIN),
                            status(request, "", "Host: foo.example", "Origin: http://foo.example", SAME_ORIGIN),
                            status(request, "", host(), "Origin: http://localhost:1", SAME_ORIGIN),
                            status(request, "", host(), "Sec-Fetch-Site: cross-site"),
                            status(request, "", host(), SAME_ORIGIN, "X-Forwarded-For: 10.0.0.1")))
                    .as(request)
                    .containsOnly(403);
        }
        assertThat(status("POST /demo/admin/kill-sessions", "", host()))
                .as("no browser")
                .isEqualTo(403);
        assertThat(stats().getLong("token_requests")).isZero();
    }
}
