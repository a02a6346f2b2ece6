package dev.tokensidecar.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.testing.http.RawHttp;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Percent signs that begin no escape, in targets and in forms. */
@Timeout(60)
class WellFormedTest {

    private static final String FORM_HEAD =
            "POST /form HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    private static final String CHUNKED = FORM_HEAD + "Transfer-Encoding: chunked\r\n\r\n";

    private final Vertx vertx = Vertx.vertx();
    private final ObjectMapper json = new ObjectMapper();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private RawHttp connect(Handler<HttpServerRequest> requests) {
        return RawHttp.open(vertx.createHttpServer()
                .requestHandler(requests)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort());
    }

    private RawHttp targets() {
        return connect(new WellFormedTarget(json, request -> {
            var unused = request.response().end(request.uri());
        }));
    }

    private RawHttp forms() {
        Router router = Router.router(vertx);
        var unused = router.route()
                .handler(new WellFormedForm(new ProblemResponder(json)))
                .handler(context -> {
                    var unusedAnswer =
                            context.response().end(String.valueOf(context.body().asString()));
                });
        return connect(request -> router.handle(request.pause()));
    }

    private static void expectProblem(RawHttp.Response reply) {
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.head()).contains("content-type: application/problem+json");
        assertThat(reply.body()).contains("\"error\":\"invalid_request\"").doesNotContain("%z");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /token?min_ttl=%zz",
                "GET /token?min_ttl=%",
                "GET /token?x=%4",
                "GET /token%zz",
                "GET /%",
                "POST /token?%zz",
            })
    void aBrokenTargetIsRefusedAndTheConnectionCloses(String request) {
        try (RawHttp connection = targets().send(request + " HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
            RawHttp.Response reply = connection.readUntilClosed();

            expectProblem(reply);
            assertThat(reply.head()).contains("cache-control: no-store", "connection: close");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/a%2fb?c=%C3%A9", "/100%25", "/x?%ff"})
    void everyOtherTargetPasses(String target) {
        try (RawHttp connection = targets().send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
            assertThat(connection.readResponse().body()).isEqualTo(target);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=%zz", "a=%", "a%4=b", "a=b&%z1"})
    void aBrokenFormIsRefused(String form) {
        try (RawHttp connection = forms()) {
            expectProblem(connection
                    .send(FORM_HEAD + "Content-Length: " + form.length() + "\r\n\r\n" + form)
                    .readResponse());
            expectProblem(connection
                    .send(CHUNKED + Integer.toHexString(form.length()) + "\r\n" + form + "\r\n0\r\n\r\n")
                    .readResponse());
        }
    }

    @Test
    void aFormOfMoreThan100FieldsIsRefused() {
        try (RawHttp connection = forms()) {
            String form = "a=b&".repeat(100) + "a=b";
            RawHttp.Response reply = connection
                    .send(FORM_HEAD + "Content-Length: " + form.length() + "\r\n\r\n" + form)
                    .readResponse();

            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.body()).contains("more than 100 fields");
        }
    }

    @Test
    void aNumberSignEndsNoForm() {
        assertThat(FormBody.parameters(Buffer.buffer("a=b#c&d=%23")))
                .isEqualTo(Map.of("a", List.of("b#c"), "d", List.of("#")));
    }

    @Test
    void everyOtherFormIsReadAndPasses() {
        try (RawHttp connection = forms()) {
            assertThat(connection
                            .send(CHUNKED + "3\r\na=%\r\n2\r\n41\r\n0\r\n\r\n")
                            .readResponse()
                            .body())
                    .isEqualTo("a=%41");
        }
    }

    @Test
    void aFormMayWaitUntilItIsAskedFor() {
        try (RawHttp connection = forms().send(FORM_HEAD + "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n")) {
            assertThat(connection.readUntilSilent(Duration.ofMillis(500))).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            assertThat(connection
                            .readTimeout(Duration.ofSeconds(20))
                            .send("a=b")
                            .readResponse()
                            .body())
                    .isEqualTo("a=b");
        }
    }

    @Test
    void whatIsNoFormIsNotRead() {
        String text = FORM_HEAD.replace("application/x-www-form-urlencoded", "text/plain");
        try (RawHttp connection = forms().send(text + "Content-Length: 9\r\n\r\n")) {
            assertThat(connection.readResponse().body()).isEqualTo("null");
        }
    }

    @Test
    void aFormThatIsTooLargeIsRefusedWhileItComes() {
        try (RawHttp connection = forms().send(CHUNKED + "10001\r\n" + "x".repeat(0x10001) + "\r\n")) {
            RawHttp.Response reply = connection.readUntilClosed();

            assertThat(reply.status()).isEqualTo(413);
            assertThat(reply.head()).contains("connection: close");
        }
    }
}
